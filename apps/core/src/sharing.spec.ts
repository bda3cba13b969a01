import {
  chargerKey,
  chargerStream,
  connectorStream,
  eventId,
  sessionStream,
  toBusRecord,
  TOPICS,
  type ConnectionEntry,
} from '@chargestream/contracts';
import { at, CHARGER, event, TENANT, tx2 } from '@chargestream/domain/testing';
import { StoreUnavailableError, type EventStore, type StoredEvent } from '@chargestream/event-store';
import { rebuildReadModel, type ReadModel } from '@chargestream/read-model';
import { Health } from '@chargestream/service-kit';
import { startCore, type CoreOptions, type RunningCore } from './start-core';
import { DealtGroup, delivering } from './testing/dealing-bus';
import { Harness } from './testing/harness';
import { intent } from './testing/intents';

let harness: Harness;
const running: RunningCore[] = [];

beforeEach(async () => {
  harness = await Harness.open();
});
afterEach(async () => {
  harness.core = null;
  for (const core of running.splice(0)) await core.close();
  await harness.close();
});

async function start(over: Partial<CoreOptions> = {}): Promise<RunningCore> {
  const { bus, store, readModel, timers, health } = harness;
  const settings = { ocppCallTimeoutMs: 30_000 };
  const core = await startCore({ bus, store, readModel, settings, clock: timers.clock, timers, health, ...over });
  running.push(core);
  harness.core = core;
  return core;
}

const status = (minute: number, name: string) =>
  event(
    'ConnectorStatusReported',
    {
      evseId: 1,
      connectorId: 1,
      status: name,
      errorCode: 'NoError',
      info: null,
      vendorId: null,
      vendorErrorCode: null,
      reportedAt: at(minute),
    },
    { id: eventId('status', minute), occurredAt: at(minute), receivedAt: at(minute) },
  );

describe('two cores that handle the same charger in turn', () => {
  it('each see what the other stored, also where there is nothing to store', async () => {
    const dealt = new DealtGroup(harness.bus, 'core');
    await start({ bus: dealt.forOneCore() });
    await start({ bus: dealt.forOneCore() });
    const names = ['Available', 'Charging', 'Available', 'Available', 'Charging', 'Available', 'Charging', 'Charging'];
    await harness.report(...names.map((name, minute) => status(minute, name)));
    await harness.settled();
    const stored = await harness.stream(connectorStream(TENANT, CHARGER, 1, 1));
    expect(stored.map(({ data }) => (data as { status: string }).status)).toEqual([
      'Available',
      'Charging',
      'Available',
      'Charging',
      'Available',
      'Charging',
    ]);
  });

  it('keep one book, and each session whole', async () => {
    const dealt = new DealtGroup(harness.bus, 'core');
    await start({ bus: dealt.forOneCore() });
    await start({ bus: dealt.forOneCore() });
    const story = [tx2('Started', 0, 0), ...Array.from({ length: 15 }, (_, n) => tx2('Updated', n + 1, n + 1))];
    await harness.report(...story, tx2('Ended', 16, 20));
    await harness.settled();
    const session = await harness.stream(sessionStream(String(story[0]!.data.sessionKey)));
    expect(session.map(({ data }) => (data as { seqNo: number }).seqNo)).toEqual(
      Array.from({ length: 17 }, (_, n) => n),
    );
    expect(await harness.types(chargerStream(TENANT, CHARGER))).toEqual([
      'ChargerRegistered',
      'TransactionOpened',
      'TransactionClosed',
    ]);
  });

  it('take intents in turn: the last one counts', async () => {
    const dealt = new DealtGroup(harness.bus, 'core-intents');
    await start({ bus: dealt.forOneCore() });
    await start({ bus: dealt.forOneCore() });
    const credentials = { username: null, passwordHash: 'x' };
    await harness.intend(intent('RegisterCharger', { displayName: null, registration: 'ACCEPTED', credentials: null }));
    const steps = [credentials, null, credentials, null, credentials].map((one) =>
      intent('SetChargerCredentials', { credentials: one }),
    );
    for (const step of steps) await harness.intend(step);
    await harness.settled();
    const types = await harness.types(chargerStream(TENANT, CHARGER));
    expect(types).toEqual(['ChargerRegistered', ...steps.map(() => 'ChargerCredentialsSet')]);
  });
});

it('a core that has a charger’s records for itself reads its streams once', async () => {
  let reads = 0;
  const store = new Proxy(harness.store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (name === 'readStream') {
        return (stream: string, options: object) => {
          if (stream === chargerStream(TENANT, CHARGER)) reads += 1;
          return target.readStream(stream, options);
        };
      }
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  await start({ store });
  for (let minute = 0; minute < 10; minute++) {
    await harness.report(tx2(minute === 0 ? 'Started' : 'Updated', minute, minute));
    await harness.core!.caughtUp();
  }
  expect(reads).toBe(1);
});

it('everything delivered five times over changes nothing', async () => {
  await start({ bus: delivering(harness.bus, 5) });
  const story = [tx2('Started', 0, 0), tx2('Updated', 1, 1), tx2('Updated', 3, 3), tx2('Ended', 4, 4)];
  const token = {
    idToken: 'T',
    type: 'Central',
    status: 'ACCEPTED' as const,
    expiresAt: null,
    groupId: null,
    cacheable: true,
  };
  const put = intent('PutToken', token, { chargerId: '' });
  await harness.report(...story, status(1, 'Available'), status(2, 'Charging'), status(3, 'Available'));
  await harness.intend(put);
  await harness.settled();
  expect(await harness.types(sessionStream(String(story[0]!.data.sessionKey)))).toEqual([
    'SessionStarted',
    'SessionUpdated',
    'SessionAnomalyDetected',
    'SessionUpdated',
    'SessionEnded',
  ]);
  expect(await harness.types(connectorStream(TENANT, CHARGER, 1, 1))).toHaveLength(3);
  expect(await harness.types(chargerStream(TENANT, CHARGER))).toHaveLength(3);
  expect(await harness.records(TOPICS.tokens)).toHaveLength(1);
  expect(await harness.records(TOPICS.deadLetters)).toEqual([]);
});

it('while the read model is away core starts, stores and routes; what it shows and tells comes later', async () => {
  let isAway = true;
  const readModel = async (): Promise<ReadModel> => {
    if (isAway) throw new Error('connect ECONNREFUSED');
    return harness.readModel;
  };
  const core = await start({ readModel });
  const entry: ConnectionEntry = {
    state: 'open',
    tenantId: TENANT,
    chargerId: CHARGER,
    instanceId: 'connect-1',
    connectionId: 'c',
    ocppVersion: '2.0.1',
    epoch: null,
    at: at(0),
  };
  const identity = { id: 'c', type: 'ConnectionEntry', source: '/connect' };
  await harness.bus.publish([toBusRecord(TOPICS.connections, chargerKey(TENANT, CHARGER), identity, entry)]);
  await harness.report(tx2('Started', 0, 0), tx2('Ended', 1, 1));
  const command = intent('SendCommand', { command: { kind: 'CLEAR_CACHE' }, expiresAt: at(5), holdUntilOnline: true });
  const stored = async () => (await harness.types(sessionStream(String(tx2('Started', 0, 0).data.sessionKey)))).length;
  harness.core = null;
  await harness.until(async () => (await stored()) === 2);
  await harness.intend(command);
  await harness.until(() => harness.inbox.length === 1);
  expect(harness.updates).toEqual([]);
  await harness.until(async () => (await harness.health.report()).checks['core.read-model'] === 'failing');
  expect(await harness.health.report()).toMatchObject({ ready: true, checks: { core: 'ok', 'core.publishers': 'ok' } });
  isAway = false;
  harness.core = core;
  await harness.until(() => harness.updates.some((one) => one.kind === 'intent' && one.intentId === command.id));
  expect(await harness.health.report()).toMatchObject({ ready: true, checks: { 'core.read-model': 'ok' } });
});

it('a charger is asked about a gap though core dies when it has stored the question', async () => {
  const started = tx2('Started', 0, 0);
  const gap = tx2('Updated', 3, 3);
  const session = sessionStream(String(started.data.sessionKey));
  const asked = `command-${eventId('ask-transaction-status', String(started.data.sessionKey))}`;
  await start();
  await harness.report(started);
  await harness.settled();
  await running.pop()!.close();
  let refused = 0;
  const failing: EventStore = new Proxy(harness.store, {
    get(target, name) {
      if (name === 'append') {
        return async (...args: Parameters<EventStore['append']>) => {
          if (args[0] !== session) return target.append(...args);
          refused += 1;
          throw new StoreUnavailableError('down');
        };
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  await start({ store: failing });
  harness.core = null;
  await harness.report(gap);
  await harness.until(() => refused > 0);
  expect(await harness.types(asked)).toEqual(['CommandRequested']);
  await running.pop()!.close();
  await start();
  await harness.settled();
  expect(await harness.types(session)).toEqual(['SessionStarted', 'SessionAnomalyDetected', 'SessionUpdated']);
  expect(await harness.types(asked)).toEqual(['CommandRequested']);
});

it('a core that leads nothing is ready, and every part of it is well', async () => {
  await start();
  const health = new Health();
  await start({ health });
  expect(await health.report()).toEqual({
    ready: true,
    checks: { core: 'ok', 'core.read-model': 'ok', 'core.publishers': 'ok', 'core.commands': 'ok' },
  });
});

it('projections begin anew where the read model is, when another process has moved it', async () => {
  let moves = 1;
  const moved = Object.assign(new Error('The checkpoint is elsewhere.'), { name: 'CheckpointMovedError' });
  const readModel = new Proxy(harness.readModel, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (name === 'apply') {
        return async (events: readonly StoredEvent[]) => {
          if (moves-- <= 0) return target.apply(events);
          // The other process shows the same events.
          await target.apply(events);
          throw moved;
        };
      }
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  await start({ readModel });
  const story = [tx2('Started', 0, 0), tx2('Updated', 1, 1), tx2('Ended', 2, 2)];
  for (const one of story) {
    await harness.report(one);
    await harness.settled();
  }
  const rows = await harness.readModel.db.selectFrom('sessions').selectAll().execute();
  expect(rows).toHaveLength(1);
  expect(moves).toBeLessThan(0);
  const hash = await harness.readModel.contentHash();
  harness.core = null;
  for (const core of running.splice(0)) await core.close();
  await rebuildReadModel(harness);
  expect(await harness.readModel.contentHash()).toBe(hash);
});
