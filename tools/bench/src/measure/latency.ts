import { BenchError } from '../process/child';
import { withServer } from '../process/servers';
import { summariseLatencies, type LatencySummary } from '../statistics';
import { projectedMessages } from './graphql';
import { prepare } from './load';

export interface LatencyResult {
  /** From the frame being written until GraphQL shows what it said. Includes the query that saw it. */
  frameToReadModel: LatencySummary;
  /** From the frame being written until its CALLRESULT. */
  receipt: LatencySummary;
  /** One GraphQL query that finds nothing new: the resolution of the measurement. */
  queryMs: LatencySummary;
}

const PROBE_LIMIT_MS = 30_000;
const WARM_UP_PROBES = 30;

/** One charger, one message at a time, GraphQL asked without a pause until it shows the message. */
export function measureLatency(probes: number, dataRoot: string): Promise<LatencyResult> {
  return withServer('standalone', dataRoot, async (server, client) => {
    await prepare(server, client, 'MeterValues', 1);
    const url = server.address.graphqlUrl;
    if (url === null) throw new BenchError('standalone has no GraphQL address.');
    const visible: number[] = [];
    const receipts: number[] = [];
    const queries: number[] = [];
    for (let probe = 0; probe < WARM_UP_PROBES + probes; probe++) {
      const asked = client.ask('sendOne', null);
      const deadline = performance.now() + PROBE_LIMIT_MS;
      let seen: number;
      do {
        if (performance.now() > deadline) {
          throw new BenchError(`Message ${probe + 1} was not visible over GraphQL after ${PROBE_LIMIT_MS} ms.`);
        }
        const began = performance.now();
        seen = await projectedMessages(url, 1, 'BENCH-0');
        if (probe >= WARM_UP_PROBES) queries.push(performance.now() - began);
      } while (seen < probe + 1);
      const visibleAtMs = performance.timeOrigin + performance.now();
      const sent = await asked;
      if (seen !== sent.sent) throw new BenchError(`The session shows ${seen} Wh after ${sent.sent} messages of 1 Wh.`);
      if (probe < WARM_UP_PROBES) continue;
      visible.push(visibleAtMs - sent.sentAtMs);
      receipts.push(sent.receiptMs);
    }
    return {
      frameToReadModel: required(summariseLatencies(visible)),
      receipt: required(summariseLatencies(receipts)),
      queryMs: required(summariseLatencies(queries)),
    };
  });
}

function required(summary: LatencySummary | null): LatencySummary {
  if (summary === null) throw new BenchError('No latency was measured: ask for at least one probe.');
  return summary;
}
