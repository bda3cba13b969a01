import { createLogger, Health, Settings, type Settings as AllSettings } from '@chargestream/service-kit';
import { kafkaOptions, openBus } from './open-bus';
import { openReadModel } from './open-read-model';
import { openStore } from './open-store';
import { untilOpen } from './until-open';

const logger = createLogger({ logLevel: 'silent' });
const settingsWith = (some: Partial<AllSettings>) => Object.assign(new Settings(), some);

describe('embedded storage', () => {
  it.each([
    ['the bus', openBus, 'KAFKA_BROKERS'],
    ['the store', openStore, 'EVENTSTORE_URL'],
    ['the read model', openReadModel, 'DATABASE_URL'],
  ])('of %s is refused to all but standalone', async (_name, open, variable) => {
    const opening = open({ service: 'core', settings: new Settings() });
    await expect(opening).rejects.toThrow(
      `core cannot run on embedded storage, which belongs to one process: set ${variable}`,
    );
  });
});

describe('the settings of Kafka', () => {
  const options = (some: Partial<AllSettings>) =>
    kafkaOptions({ service: 'connect', settings: settingsWith({ kafkaBrokers: 'a:1, b:2', ...some }) });

  it('become what the adapter takes', () => {
    expect(options({})).toEqual({
      brokers: ['a:1', 'b:2'],
      clientId: 'chargestream-connect-connect-1',
      tls: null,
      sasl: null,
    });
    expect(options({ kafkaTls: true, kafkaReplicationFactor: 3 })).toMatchObject({ tls: {}, replicationFactor: 3 });
    const scram = { kafkaSaslMechanism: 'scram-sha-512', kafkaUsername: 'u', kafkaPassword: 'p' } as const;
    expect(options(scram).sasl).toEqual({ mechanism: 'scram-sha-512', username: 'u', password: 'p' });
    expect(options({ kafkaSaslMechanism: 'oauthbearer' }).sasl).toMatchObject({ mechanism: 'oauthbearer' });
  });
});

describe('a part that is not there yet', () => {
  const part = { close: () => Promise.resolve() };

  it('is tried until it is there, and readiness tells so meanwhile', async () => {
    const health = new Health();
    const reports: unknown[] = [];
    let attempts = 0;
    const open = async () => {
      reports.push(await health.report());
      if (++attempts < 3) throw new Error('connection refused');
      return part;
    };
    const signal = new AbortController().signal;
    expect(await untilOpen(open, { name: 'bus', signal, logger, health, firstPauseMs: 1 })).toBe(part);
    expect(reports.at(-1)).toEqual({
      ready: false,
      checks: { bus: 'failing' },
      reasons: { bus: 'waiting for bus, attempt 2' },
    });
    expect((await health.report()).checks).toEqual({});
  });

  it('is not waited for after a stop, and closed when it opens after all', async () => {
    const stop = new AbortController();
    const closed = new Promise<void>((resolve) => {
      let opened: (value: { close(): Promise<void> }) => void = () => undefined;
      const open = () => new Promise<{ close(): Promise<void> }>((done) => (opened = done));
      const waiting = untilOpen(open, { name: 'bus', signal: stop.signal, logger });
      expect(waiting).rejects.toThrow('aborted');
      stop.abort();
      opened({ close: async () => resolve() });
    });
    await closed;
  });

  it('is not waited for when the settings are wrong', async () => {
    const open = () => Promise.reject(new TypeError('Invalid URL'));
    const signal = new AbortController().signal;
    await expect(untilOpen(open, { name: 'store', signal, logger })).rejects.toThrow('Invalid URL');
  });
});
