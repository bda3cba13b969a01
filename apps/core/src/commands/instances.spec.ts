import {
  chargerStream,
  commandStream,
  eventId,
  toBusRecord,
  TOPICS,
  type CommandFact,
  type ConnectionEntry,
  type InstanceEntry,
} from '@chargestream/contracts';
import { at, CHARGER, event, TENANT } from '@chargestream/domain/testing';
import { Harness } from '../testing/harness';
import { intent } from '../testing/intents';

const BEAT_MS = 5_000;
let harness: Harness;

beforeEach(async () => {
  harness = await Harness.open();
  await beat('boot-1');
  await harness.start();
  await harness.report(event('ChargerSeen', {}));
  await harness.settled();
});
afterEach(() => harness.close());

const now = () => new Date(harness.timers.clock()).toISOString();

async function beat(bootId: string | null, startedAt = now()): Promise<void> {
  const entry: InstanceEntry = {
    instanceId: 'connect-1',
    bootId: bootId ?? '',
    version: '1',
    startedAt,
    aliveAt: now(),
  };
  const identity = { id: `${bootId} ${now()}`, type: 'InstanceEntry', source: '/connect' };
  const record = toBusRecord(TOPICS.instances, 'connect-1', identity, entry);
  await harness.bus.publish([bootId === null ? { ...record, value: null } : record]);
}

/** Time goes by in the rhythm of the beats; `alive` says whether the instance beats. */
async function pass(seconds: number, alive: boolean): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 5) {
    if (alive) await beat('boot-1', at(0));
    await nextLook();
  }
}

/** Until core has looked at the beats and waits for the time of the next look. */
async function nextLook(): Promise<void> {
  await harness.until(() => harness.timers.isDueWithin(BEAT_MS));
  harness.timers.advance(BEAT_MS);
  await harness.until(() => harness.timers.isDueWithin(BEAT_MS));
}

async function connect(): Promise<number> {
  const epoch = await harness.connection('open');
  const data = { instanceId: 'connect-1', connectionId: 'c', securityProfile: 0 as const, remoteAddress: null };
  await harness.report(event('ConnectionOpened', data, { connectionEpoch: epoch, id: `opened-${epoch}` }));
  await harness.settled();
  return epoch;
}

async function send(holdUntilOnline = false): Promise<string> {
  const asked = intent('SendCommand', { command: { kind: 'CLEAR_CACHE' }, expiresAt: at(60), holdUntilOnline });
  await harness.intend(asked);
  await harness.settled();
  return asked.id;
}

const outcomeOf = async (commandId: string) => {
  const last = (await harness.stream(commandStream(commandId))).at(-1)!;
  const fact = { type: last.type, data: last.data } as CommandFact;
  return fact.type === 'CommandFinished' ? fact.data.outcome : null;
};
const newest = async () => (await harness.stream(chargerStream(TENANT, CHARGER))).at(-1);
const tableEntry = async () =>
  JSON.parse(String((await harness.records(TOPICS.connections)).at(-1)!.value)) as ConnectionEntry;

describe('an instance of connect', () => {
  it('that beats keeps its connections', async () => {
    await connect();
    await pass(60, true);
    expect(await newest()).toMatchObject({ type: 'ChargerConnected' });
    expect(await tableEntry()).toMatchObject({ state: 'open' });
  });

  it('not heard of for 20 seconds is gone: its connections are closed, once', async () => {
    const epoch = await connect();
    await pass(15, false);
    expect(await newest()).toMatchObject({ type: 'ChargerConnected' });
    await pass(60, false);
    await harness.until(async () => (await newest())!.type === 'ChargerDisconnected');
    expect(await newest()).toMatchObject({ data: { epoch, instanceId: 'connect-1', reason: 'instance lost' } });
    expect(await tableEntry()).toMatchObject({ state: 'closed', epoch });
    const types = await harness.types(chargerStream(TENANT, CHARGER));
    expect(types.filter((type) => type === 'ChargerDisconnected')).toHaveLength(1);
    // What the instance itself would have told is the same event.
    const closed = { instanceId: 'connect-1', connectionId: 'c', closeCode: 1006, reason: 'late' };
    const id = eventId('ConnectionClosed', TENANT, CHARGER, epoch);
    await harness.report(event('ConnectionClosed', closed, { connectionEpoch: epoch, id }));
    await harness.settled();
    expect(await harness.types(chargerStream(TENANT, CHARGER))).toEqual(types);
  });

  it('that was started anew has none of the connections from before', async () => {
    const epoch = await connect();
    harness.timers.advance(1_000);
    await beat('boot-2', now());
    await nextLook();
    await harness.until(async () => (await newest())!.type === 'ChargerDisconnected');
    expect(await newest()).toMatchObject({ data: { epoch } });
  });

  it('is not judged for a time in which nobody could be heard', async () => {
    await connect();
    harness.timers.advance(10 * 60_000);
    await pass(10, false);
    expect(await newest()).toMatchObject({ type: 'ChargerConnected' });
  });
});

describe('a command that a lost instance had in hand', () => {
  it('goes to the next owner of the connection when it never was sent', async () => {
    await connect();
    const commandId = await send(true);
    await harness.until(() => harness.inbox.length === 1);
    await pass(30, false);
    await harness.until(async () => (await harness.types(commandStream(commandId))).includes('CommandRefused'));
    expect(await outcomeOf(commandId)).toBeNull();
    await connect();
    await harness.until(() => harness.inbox.length === 2);
    expect(harness.inbox[1]).toMatchObject({ commandId });
  });

  it('ends OFFLINE when it must not wait', async () => {
    await connect();
    const commandId = await send();
    await harness.until(() => harness.inbox.length === 1);
    await beat('boot-2', at(1));
    await nextLook();
    await harness.until(async () => (await outcomeOf(commandId)) !== null);
    expect(await outcomeOf(commandId)).toBe('OFFLINE');
  });

  it('is not sent again when it was sent', async () => {
    await connect();
    const commandId = await send(true);
    await harness.until(() => harness.inbox.length === 1);
    await harness.report(event('CommandSent', { commandId, ocppAction: 'ClearCache', payload: {} }));
    await harness.settled();
    await beat(null);
    await pass(30, false);
    await connect();
    await harness.settled();
    expect(harness.inbox).toHaveLength(1);
    harness.timers.advance(61 * 60_000);
    await harness.until(async () => (await outcomeOf(commandId)) !== null);
    expect(await outcomeOf(commandId)).toBe('TIMED_OUT');
  });
});
