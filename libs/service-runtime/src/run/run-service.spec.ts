import { EventEmitter, once } from 'node:events';
import type { Health } from '@chargestream/service-kit';
import { startHealthServer, type HealthServer } from '../http/health-server';
import { startWith } from './opened';
import { runService, type ServiceDefinition } from './run-service';

class FakeProcess extends EventEmitter {
  out = '';
  err = '';
  codes: number[] = [];
  readonly stdout = { write: (text: string) => (this.out += text) };
  readonly stderr = { write: (text: string) => (this.err += text) };

  constructor(
    readonly env: Record<string, string>,
    readonly argv: string[] = ['node', 'main.js'],
  ) {
    super();
  }

  exit(code: number): void {
    this.codes.push(code);
    this.emit('exited');
  }
}

const ENV = { KAFKA_BROKERS: '127.0.0.1:9092', LOG_LEVEL: 'silent' };
const service = (start: ServiceDefinition['start']): ServiceDefinition => ({
  name: 'connect',
  about: 'does something',
  version: '1.2.3',
  start,
});
const neverStarts = service(() => Promise.reject(new Error('must not be started')));

describe('the command line of a service', () => {
  it('answers --help with every variable it reads, and --version', async () => {
    const help = new FakeProcess({}, ['node', 'main.js', '--help']);
    await runService(neverStarts, help);
    expect(help.out).toContain('OCPP_PORT                   9220');
    expect(help.out).toContain('INSTANCE_ID                 connect-1');
    expect(help.out).not.toContain('DATABASE_URL');
    const version = new FakeProcess({}, ['node', 'main.js', '--version']);
    await runService(neverStarts, version);
    expect([version.out, version.codes]).toEqual(['1.2.3\n', []]);
  });

  it('refuses anything else', async () => {
    const host = new FakeProcess({}, ['node', 'main.js', '--port', '1']);
    await runService(neverStarts, host);
    expect(host.err).toMatch(/Unknown option '--port'.*--help lists what there is/);
    expect(host.codes).toEqual([1]);
  });
});

describe('a service', () => {
  it('says what it misses and ends with 1', async () => {
    const host = new FakeProcess({});
    await runService(neverStarts, host);
    expect(host.err).toContain('connect needs KAFKA_BROKERS');
    expect(host.codes).toEqual([1]);
  });

  it('says in a sentence that a port is taken', async () => {
    const host = new FakeProcess(ENV);
    const start: ServiceDefinition['start'] = ({ health, metrics }) =>
      startWith(async (opened) => {
        const options = { host: '127.0.0.1', health, metrics, portVariable: 'HEALTH_PORT' };
        const { port } = opened.add(await startHealthServer({ ...options, port: 0 }));
        await startHealthServer({ ...options, port });
        return {};
      });
    await runService(service(start), host);
    expect(host.err).toMatch(/^cannot listen for probes on 127.0.0.1:\d+: the port is taken: set HEALTH_PORT/);
    expect(host.codes).toEqual([1]);
  });

  it('is not ready from the signal on, drains, and ends with 0', async () => {
    const host = new FakeProcess(ENV);
    let readyWhileDraining: number | undefined;
    let probes: HealthServer | undefined;
    const started = new Promise<void>((resolve) => {
      const start: ServiceDefinition['start'] = async ({ health, metrics }) => {
        probes = await startHealthServer({ host: '127.0.0.1', port: 0, health, metrics, portVariable: 'HEALTH_PORT' });
        resolve();
        return {
          close: async () => {
            readyWhileDraining = (await fetch(`http://127.0.0.1:${probes?.port}/readyz`)).status;
            await probes?.close();
          },
        };
      };
      void runService(service(start), host);
    });
    await started;
    await new Promise(setImmediate);
    const at = (path: string) => fetch(`http://127.0.0.1:${probes?.port}${path}`);
    expect((await at('/healthz')).status).toBe(200);
    expect((await at('/readyz')).status).toBe(200);
    const metrics = await (await at('/metrics')).text();
    expect(metrics).toContain('chargestream_build_info{service="connect",version="1.2.3",instance="connect-1"} 1');
    expect(metrics).toContain('chargestream_ready 1');
    const exited = once(host, 'exited');
    host.emit('SIGTERM');
    await exited;
    expect(readyWhileDraining).toBe(503);
    expect(host.codes).toEqual([0]);
  });

  it('ends with 0 when it is told to stop while it waits for something', async () => {
    const host = new FakeProcess(ENV);
    const start: ServiceDefinition['start'] = ({ stopping }) => {
      setImmediate(() => host.emit('SIGTERM'));
      return new Promise((_resolve, reject) =>
        stopping.addEventListener('abort', () => reject(stopping.reason as Error)),
      );
    };
    await runService(service(start), host);
    expect(host.codes).toEqual([0]);
  });

  it('starts anew when the bus goes away while it starts, with nothing left of the attempt before', async () => {
    const host = new FakeProcess(ENV);
    const log: string[] = [];
    const start: ServiceDefinition['start'] = ({ metrics, health }) =>
      startWith(async (opened) => {
        metrics.counter('messages_total', 'of this attempt');
        health.register('bus', () => true);
        opened.add({ close: async () => void log.push('closed') });
        log.push('opened');
        if (log.length < 3) throw Object.assign(new Error('it is away'), { name: 'BusUnavailableError' });
        setImmediate(() => host.emit('SIGTERM'));
        return {};
      });
    await runService(service(start), host);
    expect(log).toEqual(['opened', 'closed', 'opened', 'closed']);
    expect([host.codes, host.err]).toEqual([[0], '']);
  });

  it('does not start anew after a mistake, nor once it is told to stop', async () => {
    const mistaken = new FakeProcess(ENV);
    await runService(
      service(() => Promise.reject(new TypeError('a mistake'))),
      mistaken,
    );
    expect(mistaken.err).toContain('TypeError: a mistake');
    expect(mistaken.codes).toEqual([1]);
    const stopped = new FakeProcess(ENV);
    let starts = 0;
    const away = service(() => {
      starts += 1;
      setImmediate(() => stopped.emit('SIGTERM'));
      return Promise.reject(Object.assign(new Error('it is away'), { name: 'StoreUnavailableError' }));
    });
    await runService(away, stopped);
    expect([starts, stopped.codes]).toEqual([1, [0]]);
  });

  it('is not ready before it has started, and ends when it cannot be stopped', async () => {
    const host = new FakeProcess({ ...ENV, OCPP_DRAIN_TIMEOUT_MS: '0' });
    let whileStarting: unknown;
    let health: Health | undefined;
    const start: ServiceDefinition['start'] = async (context) => {
      health = context.health;
      whileStarting = await health.report();
      setImmediate(() => host.emit('SIGTERM'));
      return { close: () => new Promise(() => undefined) };
    };
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] });
    try {
      void runService(service(start), host);
      await once(host, 'SIGTERM');
      expect(whileStarting).toMatchObject({ ready: false, reasons: { start: 'the service is starting' } });
      expect((await health?.report())?.checks).toEqual({ stopping: 'failing' });
      await new Promise(setImmediate);
      expect(host.codes).toEqual([]);
      jest.advanceTimersByTime(15_000);
      expect(host.codes).toEqual([1]);
    } finally {
      jest.useRealTimers();
    }
  });

  it('ends at once on a second signal, and when an error was caught by nobody', async () => {
    const host = new FakeProcess(ENV);
    const started = new Promise<void>((resolve) => {
      const start: ServiceDefinition['start'] = async () => {
        resolve();
        return { close: () => new Promise(() => undefined) };
      };
      void runService(service(start), host);
    });
    await started;
    host.emit('SIGTERM');
    host.emit('SIGINT');
    expect(host.codes).toEqual([1]);
    host.emit('unhandledRejection', new Error('a mistake'));
    expect(host.codes).toEqual([1, 1]);
  });
});

describe('what was opened', () => {
  it('is closed in the opposite order, also when the start fails', async () => {
    const closed: string[] = [];
    const part = (name: string) => ({ close: async () => void closed.push(name) });
    const failing = startWith(async (opened) => {
      opened.add(part('bus'));
      opened.add({ close: () => Promise.reject(new Error('does not close')) });
      opened.add(part('service'));
      throw new Error('does not start');
    });
    await expect(failing).rejects.toThrow('does not start');
    expect(closed).toEqual(['service', 'bus']);
  });
});
