import {
  chargerStream,
  commandStream,
  eventId,
  sessionStream,
  type ChargerEventOf,
  type CommandFact,
  type CommandOutcome,
  type InboxCommand,
  type SendCommand,
} from '@chargestream/contracts';
import { at, CHARGER, event, TENANT, tx2 } from '@chargestream/domain/testing';
import { Harness } from '../testing/harness';
import { intent } from '../testing/intents';

const MINUTE_MS = 60_000;
let harness: Harness;

beforeEach(async () => {
  harness = await Harness.open();
  await harness.start();
  await harness.report(event('ChargerSeen', {}));
  await harness.settled();
  expect(await harness.types(chargerStream(TENANT, CHARGER))).toContain('ChargerRegistered');
});
afterEach(() => harness.close());

async function send(data: Partial<SendCommand> = {}): Promise<string> {
  const command = intent('SendCommand', {
    command: { kind: 'CLEAR_CACHE' },
    expiresAt: at(5),
    holdUntilOnline: false,
    ...data,
  });
  await harness.intend(command);
  await harness.settled();
  return command.id;
}
const types = (commandId: string) => harness.types(commandStream(commandId));
async function outcome(commandId: string): Promise<CommandOutcome | null> {
  const last = (await harness.stream(commandStream(commandId))).at(-1);
  const fact = { type: last?.type, data: last?.data } as CommandFact;
  return fact.type === 'CommandFinished' ? fact.data.outcome : null;
}
const sent = ({ commandId }: InboxCommand) =>
  event('CommandSent', { commandId, ocppAction: 'ClearCache', payload: {} }, { id: eventId('sent', commandId) });
const finished = ({ commandId }: InboxCommand, how: CommandOutcome = 'ACCEPTED') =>
  event(
    'CommandFinished',
    { commandId, outcome: how, ocppAction: 'ClearCache', response: {}, error: null },
    { id: eventId('finished', commandId, how) },
  );
const notOwned = ({ commandId, epoch }: InboxCommand): ChargerEventOf<'CommandNotOwned'> =>
  event(
    'CommandNotOwned',
    { commandId, instanceId: 'connect-1', epoch },
    { id: eventId('not-owned', commandId, epoch) },
  );

describe('a command', () => {
  it('goes to the instance that owns the connection, with its epoch, and ends with the charger’s answer', async () => {
    const epoch = await harness.connection('open');
    const commandId = await send();
    await harness.until(() => harness.inbox.length > 0);
    expect(harness.inbox).toEqual([
      expect.objectContaining({ commandId, chargerId: CHARGER, epoch, expiresAt: at(5) }),
    ]);
    await harness.report(sent(harness.inbox[0]!), finished(harness.inbox[0]!), finished(harness.inbox[0]!, 'REJECTED'));
    await harness.settled();
    expect(await types(commandId)).toEqual(['CommandRequested', 'CommandDispatched', 'CommandSent', 'CommandFinished']);
    expect(await outcome(commandId)).toBe('ACCEPTED');
    await harness.until(() => harness.core?.pendingCommands() === 0);
    expect(harness.updates).toContainEqual(
      expect.objectContaining({ kind: 'intent', intentId: commandId, outcome: 'applied' }),
    );
  });

  it('ends OFFLINE at once when the charger is away', async () => {
    const never = await send();
    await harness.until(async () => (await outcome(never)) !== null);
    expect(await outcome(never)).toBe('OFFLINE');
    const epoch = await harness.connection('open');
    await harness.connection('closed', epoch);
    const gone = await send();
    await harness.until(async () => (await outcome(gone)) !== null);
    expect(await outcome(gone)).toBe('OFFLINE');
    expect(harness.inbox).toEqual([]);
  });

  it('waits for the charger when it shall, and goes out when it comes', async () => {
    const first = await send({ holdUntilOnline: true });
    const second = await send({ holdUntilOnline: true });
    expect(await types(first)).toEqual(['CommandRequested']);
    await harness.connection('open');
    await harness.until(() => harness.inbox.length === 2);
    expect(harness.inbox.map(({ commandId }) => commandId)).toEqual([first, second]);
  });

  it('EXPIRES when the charger does not come in time', async () => {
    const commandId = await send({ holdUntilOnline: true });
    harness.timers.advance(6 * MINUTE_MS);
    await harness.until(async () => (await outcome(commandId)) !== null);
    expect(await outcome(commandId)).toBe('EXPIRED');
    await harness.connection('open');
    await harness.settled();
    expect(harness.inbox).toEqual([]);
  });

  it('is routed again, with the same commandId, when the instance owns the connection no more', async () => {
    const old = await harness.connection('open');
    const commandId = await send({ holdUntilOnline: true });
    await harness.until(() => harness.inbox.length === 1);
    await harness.report(notOwned(harness.inbox[0]!));
    await harness.settled();
    expect(harness.inbox).toHaveLength(1);
    const epoch = await harness.connection('open');
    await harness.until(() => harness.inbox.length === 2);
    expect(harness.inbox.map((one) => [one.commandId, one.epoch])).toEqual([
      [commandId, old],
      [commandId, epoch],
    ]);
    // The refusal comes again: it is of the old connection.
    await harness.report(notOwned(harness.inbox[0]!));
    await harness.settled();
    expect(harness.inbox).toHaveLength(2);
  });

  it('ends OFFLINE when its owner is none and it must not wait', async () => {
    await harness.connection('open');
    const commandId = await send();
    await harness.until(() => harness.inbox.length === 1);
    await harness.report(notOwned(harness.inbox[0]!));
    await harness.until(async () => (await outcome(commandId)) !== null);
    expect(await outcome(commandId)).toBe('OFFLINE');
  });

  it.each([
    ['UNKNOWN', false],
    ['TIMED_OUT', true],
  ])('ends %s when nothing is heard until its expiry and the grace have passed', async (expected, isSent) => {
    await harness.connection('open');
    const commandId = await send();
    await harness.until(() => harness.inbox.length === 1);
    if (isSent) await harness.report(sent(harness.inbox[0]!));
    await harness.settled();
    harness.timers.advance(5 * MINUTE_MS);
    await harness.settled();
    expect(await outcome(commandId)).toBeNull();
    harness.timers.advance(MINUTE_MS);
    await harness.until(async () => (await outcome(commandId)) !== null);
    expect(await outcome(commandId)).toBe(expected);
    // A late outcome changes nothing.
    await harness.report(finished(harness.inbox[0]!));
    await harness.settled();
    expect(await outcome(commandId)).toBe(expected);
  });

  it('goes to the newest connection though the close of an older one was told last', async () => {
    const old = await harness.connection('open');
    const epoch = await harness.connection('open');
    const data = { instanceId: 'connect-1', connectionId: 'c', securityProfile: 0 as const, remoteAddress: null };
    await harness.report(event('ConnectionOpened', data, { connectionEpoch: epoch }));
    await harness.settled();
    await harness.connection('closed', old);
    const commandId = await send();
    await harness.until(() => harness.inbox.length === 1);
    expect(harness.inbox[0]).toMatchObject({ commandId, epoch });
  });

  it('is not sent a second time by a restart, and ends all the same', async () => {
    await harness.connection('open');
    const dispatched = await send();
    await harness.until(() => harness.inbox.length === 1);
    await harness.connection('closed', harness.inbox[0]!.epoch);
    const held = await send({ holdUntilOnline: true, expiresAt: at(60) });
    await harness.restart();
    await harness.settled();
    expect(harness.core?.pendingCommands()).toBe(2);
    await harness.connection('open');
    await harness.until(() => harness.inbox.some(({ commandId }) => commandId === held));
    expect(harness.inbox.filter(({ commandId }) => commandId === dispatched)).toHaveLength(1);
    harness.timers.advance(10 * MINUTE_MS);
    await harness.until(async () => (await outcome(dispatched)) !== null);
    expect(await outcome(dispatched)).toBe('UNKNOWN');
  });

  it('takes the outcome that came while core was down, however late core starts', async () => {
    await harness.connection('open');
    const commandId = await send();
    await harness.until(() => harness.inbox.length === 1);
    await harness.stop();
    await harness.report(sent(harness.inbox[0]!), finished(harness.inbox[0]!));
    harness.timers.advance(60 * MINUTE_MS);
    await harness.restart();
    await harness.until(async () => (await outcome(commandId)) !== null);
    expect(await outcome(commandId)).toBe('ACCEPTED');
  });

  it('is refused for a time nobody can read', async () => {
    const commandId = await send({ expiresAt: 'tomorrow' });
    await harness.until(() => harness.updates.some((one) => one.kind === 'intent' && one.intentId === commandId));
    expect(harness.updates).toContainEqual(
      expect.objectContaining({
        intentId: commandId,
        outcome: 'rejected',
        error: expect.objectContaining({ code: 'BAD_INPUT' }),
      }),
    );
  });
});

describe('a gap in the sequence of a 2.x transaction', () => {
  const started = tx2('Started', 0, 0);
  const stream = sessionStream(started.data.sessionKey as string);
  const answer = (response: object) =>
    event('CommandFinished', {
      commandId: harness.inbox[0]!.commandId,
      outcome: 'ACCEPTED',
      ocppAction: 'GetTransactionStatus',
      response,
      error: null,
    });

  beforeEach(async () => {
    await harness.connection('open');
    await harness.report(started, tx2('Updated', 3, 1), tx2('Updated', 7, 2));
    await harness.until(() => harness.inbox.length > 0);
  });

  it('makes core ask the charger, once, for the status of the transaction', async () => {
    await harness.report(tx2('Updated', 12, 3));
    await harness.settled();
    expect(harness.inbox.map(({ command }) => command)).toEqual([
      { kind: 'CALL_CHARGER', action: 'GetTransactionStatus', payload: { transactionId: 'tx' } },
    ]);
  });

  it('ends the session, incomplete, when the charger knows it no more and has nothing queued', async () => {
    await harness.report(answer({ ongoingIndicator: false, messagesInQueue: false }));
    await harness.settled();
    expect((await harness.stream(stream)).at(-1)).toMatchObject({
      type: 'SessionEnded',
      data: { incomplete: true, missingSeqNos: [1, 2, 4, 5, 6] },
    });
  });

  it.each([{ ongoingIndicator: true, messagesInQueue: false }, { ongoingIndicator: false, messagesInQueue: true }, {}])(
    'lets the session run when the charger answers %j',
    async (response) => {
      await harness.report(answer(response));
      await harness.settled();
      expect(await harness.types(stream)).not.toContain('SessionEnded');
    },
  );
});
