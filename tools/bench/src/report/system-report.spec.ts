import type { LoadResult } from '../measure/load';
import type { ServerName } from '../process/servers';
import {
  aimsReport,
  baselineOf,
  idleReport,
  latencyReport,
  loadReport,
  projectionReport,
  ratiosOf,
} from './system-report';

function load(server: ServerName, messagesPerSecond: number, changes: Partial<LoadResult> = {}): LoadResult {
  return {
    server,
    kind: 'MeterValues',
    messagesPerSecond,
    latency: { count: 10, p50Ms: 1, p99Ms: 2, maxMs: 3 },
    cpuSecondsPerThousand: 0.01,
    serverCpuShare: 1,
    clientCpuShare: 0.5,
    projection: null,
    lostLogEntries: 0,
    profile: null,
    ...changes,
  };
}

describe('ratios', () => {
  const results = [load('raw', 60_000), load('connect', 15_000), load('standalone', 6_000), load('raw', 40_000)];

  it('compare with the mean of the baseline before and after', () => {
    expect(baselineOf(results, 'MeterValues')).toBe(50_000);
    expect(ratiosOf(results).map((entry) => [entry.server, entry.ratio])).toEqual([
      ['connect', 0.3],
      ['standalone', 0.12],
    ]);
  });

  it('never compare one kind of message with another', () => {
    expect(ratiosOf([load('raw', 60_000, { kind: 'Heartbeat' }), load('connect', 15_000)])[0]?.ratio).toBeNull();
  });

  it('say met only at or above the aim', () => {
    const report = aimsReport(ratiosOf([load('raw', 50_000), load('connect', 15_000), load('standalone', 5_999)]));
    expect(report).toMatch(/connect, MeterValues: 0\.300 .* met$/m);
    expect(report).toMatch(/standalone, MeterValues: 0\.120 .* not met$/m);
  });

  it('count the backlog against standalone', () => {
    const projection = { behindAtEnd: 9_000, catchUpMs: 3_000, projectedPerSecond: 3_000, cpuSecondsPerThousand: 0.3 };
    const behind = [load('raw', 50_000), load('standalone', 6_000, { projection })];
    expect(aimsReport(ratiosOf(behind))).toMatch(/with catching up: 0\.060 .* not met$/m);
    expect(projectionReport(behind)).toMatch(
      /9,000 were not yet in the read model, 3,000 ms later all were: 3,000 msg\/s/,
    );
    expect(projectionReport([load('connect', 1)])).toBeNull();
  });
});

describe('tables', () => {
  it('star a client that was the limit', () => {
    const report = (serverCpuShare: number, clientCpuShare: number) =>
      loadReport([load('raw', 50_000, { serverCpuShare, clientCpuShare })], 'MeterValues');
    expect(report(0.8, 0.97)).toMatch(/97 % \*[^]*the client was the limit/);
    expect(report(1, 0.97)).not.toContain('*');
    expect(report(0.3, 0.5)).not.toContain('*');
  });

  it('say when the baseline moved', () => {
    expect(loadReport([load('raw', 50_000), load('raw', 41_000)], 'MeterValues')).not.toContain('moved');
    expect(loadReport([load('raw', 50_000), load('raw', 39_000)], 'MeterValues')).toContain(
      'moved by more than a fifth',
    );
  });

  it('compare CPU time too, which a busy machine disturbs less', () => {
    const report = loadReport(
      [load('raw', 50_000), load('connect', 1_000, { cpuSecondsPerThousand: 0.04 })],
      'MeterValues',
    );
    expect(report).toMatch(/^connect .* 0\.020 +0\.250$/m);
  });

  it('do not hide frames missing in the message log', () => {
    expect(loadReport([load('connect', 1)], 'MeterValues')).not.toContain('message log');
    expect(loadReport([load('connect', 1, { lostLogEntries: 1234 })], 'MeterValues')).toContain(
      'connect left 1,234 frames',
    );
  });

  it('hold idle memory against its aim', () => {
    const idle = { connections: 10_000, openMs: 5_000, heapKbPerConnection: 5 };
    const report = idleReport([
      { server: 'connect', rssKbPerConnection: 20, ...idle },
      { server: 'standalone', rssKbPerConnection: 20.1, ...idle },
    ]);
    expect(report).toMatch(/connect .* met$/m);
    expect(report).toMatch(/standalone .* not met$/m);
  });

  it('hold the latency against its aim', () => {
    const summary = (p99Ms: number) => ({ count: 5, p50Ms: 1, p99Ms, maxMs: 300 });
    const result = { receipt: summary(1), queryMs: summary(1) };
    expect(latencyReport({ ...result, frameToReadModel: summary(250) })).toMatch(/aim ≤ 250 ms: met$/);
    expect(latencyReport({ ...result, frameToReadModel: summary(251) })).toMatch(/aim ≤ 250 ms: not met$/);
  });
});
