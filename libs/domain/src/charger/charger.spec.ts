import type { ChargerEvent, ChargerFact } from '@chargestream/contracts';
import { at, context, event, meterValues16, register, start16, stop16, tx2 } from '../testing/events';
import { given } from '../testing/given-when-then';
import {
  chargerDecider,
  resolveMeterValues,
  resolveTransaction,
  sessionsOfStop,
  type ChargerCommand,
  type ChargerIntent,
} from '.';

const on = (occurred: ChargerEvent): ChargerCommand => ({ kind: 'event', event: occurred });
const charger = given(chargerDecider, (command: ChargerCommand) =>
  command.kind === 'event'
    ? context(command.event)
    : { causationId: command.kind === 'intent' ? command.intent.id : command.id, occurredAt: at(0), receivedAt: at(0) },
);
const types = (outcome: unknown) => (outcome as ChargerFact[]).map((fact) => fact.type);
const known = on(event('ChargerSeen', {}));

let counter = 0;
function intent<Type extends ChargerIntent['type']>(
  type: Type,
  data: Extract<ChargerIntent, { type: Type }>['data'],
  id = `intent-${counter++}`,
): ChargerCommand {
  const around = { schemaVersion: 1, tenantId: 't', chargerId: 'CP-1', requestedAt: at(0), requestedBy: 'me' };
  return { kind: 'intent', intent: { id, type, data, correlationId: id, ...around } as ChargerIntent };
}
const opened = (epoch: number, minute = epoch) =>
  on(
    event(
      'ConnectionOpened',
      { instanceId: 'i', connectionId: `c${epoch}`, securityProfile: 1, remoteAddress: null },
      { connectionEpoch: epoch, occurredAt: at(minute) },
    ),
  );
const closed = (epoch: number) =>
  on(
    event(
      'ConnectionClosed',
      { instanceId: 'i', connectionId: `c${epoch}`, closeCode: 1006, reason: '' },
      { connectionEpoch: epoch, occurredAt: at(90 + epoch) },
    ),
  );

describe('a charger', () => {
  it('keeps what it uploaded, once, whatever it has become since', () => {
    const file = { fileId: 'f', name: 'log.zip', bytes: 3, sha256: 'ab', commandId: 'c' };
    const upload = intent('RecordUpload', file);
    expect(charger([known]).when(upload).outcome).toEqual([{ type: 'FileUploaded', data: file }]);
    charger([known, upload]).when(upload).thenNothing();
    expect(charger([known, intent('RetireCharger', {})]).when(upload).outcome).toHaveLength(1);
    expect(charger([]).when(upload).outcome).toMatchObject({ rejected: 'NOT_FOUND' });
  });

  it('registers itself with its first contact, whatever that is', () => {
    for (const first of [opened(1), on(start16(0)), known]) {
      expect(types(charger([]).when(first).outcome)[0]).toBe('ChargerRegistered');
      expect(charger([first]).when(on(event('ChargerSeen', {}, { occurredAt: at(9) }))).outcome).toHaveLength(1);
    }
  });

  it('takes the same bus record once', () => {
    charger([known]).when(known).thenNothing();
    const unassigned = on(meterValues16(5, [register(1, 5)], { transactionId: null }));
    charger([known, unassigned]).when(unassigned).thenNothing();
  });

  it('follows its newest connection and ignores what older ones tell late', () => {
    charger([known, opened(5)])
      .when(opened(3))
      .thenNothing();
    charger([known, opened(5)])
      .when(closed(3))
      .thenNothing();
    expect(types(charger([known, opened(5)]).when(closed(5)).outcome)).toEqual(['ChargerDisconnected']);
    charger([known, opened(5), closed(5)])
      .when(closed(5))
      .thenNothing();
    expect(types(charger([known, opened(5)]).when(opened(6)).outcome)).toEqual(['ChargerConnected']);
    charger([known, opened(5), opened(6)])
      .when(closed(5))
      .thenNothing();
  });

  it('can be registered once by an operator; the same again is no conflict', () => {
    const data = { displayName: 'One', registration: 'ACCEPTED' as const, credentials: null };
    const register = intent('RegisterCharger', data, 'first');
    expect(types(charger([]).when(register).outcome)).toEqual(['ChargerRegistered']);
    charger([register]).when(register).thenNothing();
    charger([register]).when(intent('RegisterCharger', data)).thenNothing();
    charger([register])
      .when(intent('RegisterCharger', { ...data, displayName: 'Two' }))
      .thenRejected('CONFLICT');
  });

  it('that registered itself can be taken over by an operator', () => {
    const data = { displayName: 'One', registration: 'ACCEPTED' as const, credentials: null };
    expect(charger([known]).when(intent('RegisterCharger', data)).outcome).toEqual([
      { type: 'ChargerRegistered', data: { ...data, automatic: false } },
    ]);
  });

  it('is updated, given credentials and retired only when it exists', () => {
    const credentials = { username: null, passwordHash: 'scrypt$…' };
    const changes = [
      intent('UpdateCharger', { displayName: 'New' }),
      intent('SetChargerCredentials', { credentials }),
      intent('RetireCharger', {}),
    ];
    for (const change of changes) {
      charger([]).when(change).thenRejected('NOT_FOUND');
      expect(charger([known]).when(change).outcome).toHaveLength(1);
    }
    charger([known, intent('RetireCharger', {})])
      .when(changes[0]!)
      .thenRejected('CONFLICT');
    charger([known, changes[1]!]).when(intent('SetChargerCredentials', { credentials })).thenNothing();
    charger([known, intent('UpdateCharger', { displayName: 'New' })])
      .when(changes[0]!)
      .thenNothing();
  });
});

describe('a charger’s book of transactions', () => {
  const bookAfter = (commands: ChargerCommand[]) => charger([]).when(commands[0]!) && stateAfter(commands).book;
  function stateAfter(commands: ChargerCommand[]) {
    return charger(commands.slice(0, -1)).when(commands.at(-1)!).state();
  }
  const start = start16(0);
  const session = start.data.sessionKey as string;

  it('opens with a start, closes with its stop, and finds the session of everything between', () => {
    expect(types(charger([known]).when(on(start)).outcome)).toEqual(['TransactionOpened']);
    const book = bookAfter([known, on(start)]);
    expect(resolveMeterValues(book, meterValues16(5, []))?.sessionId).toBe(session);
    expect(resolveTransaction(book, stop16(9)).sessionId).toBe(session);
    expect(types(charger([known, on(start)]).when(on(stop16(9))).outcome)).toEqual(['TransactionClosed']);
  });

  it('changes nothing when start or stop come again', () => {
    charger([known, on(start)])
      .when(on(start))
      .thenNothing();
    charger([known, on(start), on(stop16(9))])
      .when(on(start))
      .thenNothing();
    charger([known, on(start), on(stop16(9))])
      .when(on(stop16(9)))
      .thenNothing();
  });

  it('gives a stop for a transaction never seen a session of its own, the same each time', () => {
    const stop = stop16(9, { transactionId: '4711' });
    expect(types(charger([known]).when(on(stop)).outcome)).toEqual(['TransactionOpened', 'TransactionClosed']);
    const before = resolveTransaction(bookAfter([known]), stop).sessionId;
    expect(resolveTransaction(bookAfter([known, on(stop)]), stop).sessionId).toBe(before);
  });

  it('joins a start that comes after its stop to the session of the stop', () => {
    const stop = stop16(9);
    const orphan = resolveTransaction(bookAfter([known]), stop).sessionId;
    expect(resolveTransaction(bookAfter([known, on(stop)]), start).sessionId).toBe(orphan);
    expect(resolveTransaction(bookAfter([known, on(stop), on(start)]), start).sessionId).toBe(orphan);
  });

  it.each(['-1', '0'])('finds the open transaction of a stop with transactionId %s by its token', (transactionId) => {
    const elsewhere = start16(1, {
      transactionId: '78',
      evseId: 2,
      sessionKey: 'k2',
      token: { idToken: 'OTHER', type: null },
    });
    const story = [known, on(start), on(elsewhere)];
    const stop = stop16(9, { transactionId, token: { idToken: 'tag', type: null } });
    const resolution = resolveTransaction(bookAfter(story), stop);
    expect(resolution.sessionId).toBe(session);
    expect(resolution.notes).toEqual([expect.objectContaining({ anomaly: 'TransactionIdNotAssigned' })]);
    // Redelivered after everything was stored, it is the same session's again.
    expect(resolveTransaction(bookAfter([...story, on(stop)]), stop).sessionId).toBe(session);
  });

  it('gives a stop with transactionId -1 a session of its own when it could be of several', () => {
    const elsewhere = start16(1, { transactionId: '78', evseId: 2, sessionKey: 'k2' });
    const stop = stop16(9, { transactionId: '-1' });
    const { sessionId } = resolveTransaction(bookAfter([known, on(start), on(elsewhere)]), stop);
    expect([session, 'k2']).not.toContain(sessionId);
    // With one transaction open there is no doubt.
    expect(resolveTransaction(bookAfter([known, on(start)]), stop).sessionId).toBe(session);
  });

  it('tells by the meter which of several sessions of one token a stop with transactionId -1 is of', () => {
    const elsewhere = start16(1, { transactionId: '78', evseId: 2, sessionKey: 'k2', meterWh: 500_000 });
    const stop = stop16(9, { transactionId: '-1', token: { idToken: 'tag', type: null }, meterWh: 6_000 });
    const book = bookAfter([known, on(start), on(elsewhere)]);
    expect(sessionsOfStop(book, stop)).toEqual(['k2', session]);
    const readingOf = (sessionId: string) => (sessionId === 'k2' ? 500_000 : 1_000);
    expect(resolveTransaction(book, stop, readingOf).sessionId).toBe(session);
    const higher = stop16(9, { ...stop.data, meterWh: 501_000 });
    expect(resolveTransaction(book, higher, readingOf).sessionId).toBe('k2');
    // What no meter explains is the newest's.
    const lower = stop16(9, { ...stop.data, meterWh: 3 });
    expect(resolveTransaction(book, lower, readingOf).sessionId).toBe('k2');
  });

  it('joins a late start to the stop with transactionId -1 that came before it, by token and time', () => {
    const stop = stop16(9, { transactionId: '-1', token: { idToken: 'TAG', type: null } });
    const orphan = resolveTransaction(bookAfter([known]), stop).sessionId;
    expect(resolveTransaction(bookAfter([known, on(stop)]), start).sessionId).toBe(orphan);
    expect(resolveTransaction(bookAfter([known, on(stop)]), start16(30)).sessionId).not.toBe(orphan);
  });

  it('counts samples without a transactionId to the one open transaction of the connector', () => {
    const book = bookAfter([known, on(start)]);
    const samples = [register(1, 5)];
    const without = (data: object) => meterValues16(5, samples, { transactionId: null, ...data });
    expect(resolveMeterValues(book, without({}))?.sessionId).toBe(session);
    expect(resolveMeterValues(book, without({ transactionId: '0' }))?.notes).toHaveLength(1);
    expect(resolveMeterValues(book, without({ evseId: 2 }))).toBeNull();
    expect(resolveMeterValues(book, without({ evseId: 0 }))).toBeNull();
    expect(
      resolveMeterValues(book, meterValues16(5, [register(1, 5, { context: 'Trigger' })], { transactionId: null })),
    ).toBeNull();
    // A record that comes again after the stop is still the session's, by its time.
    expect(resolveMeterValues(bookAfter([known, on(start), on(stop16(9))]), without({}))?.sessionId).toBe(session);
  });

  it('records samples that belong to no transaction with the charger', () => {
    const outside = on(meterValues16(5, [register(1, 5)], { transactionId: '0' }));
    expect(types(charger([known]).when(outside).outcome)).toEqual(['MeterValuesRecorded']);
    const two = { ...meterValues16(5, [register(1, 5)], { transactionId: null }), ocppVersion: '2.0.1' as const };
    expect(types(charger([known, on(tx2('Started', 0, 0))]).when(on(two)).outcome)).toEqual(['MeterValuesRecorded']);
  });

  it('shows the open session of a connector to be over when another starts there, not when one starts elsewhere or earlier', () => {
    const book = bookAfter([known, on(start)]);
    const next = start16(30, { transactionId: '78' });
    expect(resolveTransaction(book, next).displaced).toEqual([session]);
    expect(types(charger([known, on(start)]).when(on(next)).outcome)).toEqual([
      'TransactionClosed',
      'TransactionOpened',
    ]);
    expect(resolveTransaction(bookAfter([known, on(start), on(next)]), next).displaced).toEqual([session]);
    expect(resolveTransaction(book, start16(30, { transactionId: '78', evseId: 2 })).displaced).toEqual([]);
    expect(resolveTransaction(book, start16(-30, { transactionId: '78' })).displaced).toEqual([]);
  });

  it('takes a repeated start after its stop as a new session when connect gave it a new key', () => {
    const again = start16(0, { sessionKey: 'with-epoch', transactionId: '99' });
    expect(resolveTransaction(bookAfter([known, on(start), on(stop16(9))]), again).sessionId).toBe('with-epoch');
  });

  it('tells a reused 2.x transactionId from a repeated one by its time', () => {
    const first = tx2('Started', 0, 0);
    const story = [known, on(first), on(tx2('Ended', 1, 9))];
    const reuse = tx2('Started', 0, 30);
    const resolution = resolveTransaction(bookAfter(story), reuse);
    expect(resolution.sessionId).not.toBe(first.data.sessionKey);
    expect(resolution.notes).toEqual([expect.objectContaining({ anomaly: 'TransactionIdReused' })]);
    const after = bookAfter([...story, on(reuse)]);
    expect(resolveTransaction(after, reuse).sessionId).toBe(resolution.sessionId);
    expect(resolveTransaction(after, tx2('Updated', 1, 31)).sessionId).toBe(resolution.sessionId);
    expect(resolveTransaction(after, tx2('Updated', 1, 5)).sessionId).toBe(first.data.sessionKey);
    expect(resolveTransaction(bookAfter(story), first).sessionId).toBe(first.data.sessionKey);
  });

  it('stays bounded when a charger never stops anything', () => {
    const many = Array.from({ length: 450 }, (_, n) =>
      on(start16(n, { transactionId: String(n + 100), evseId: null, sessionKey: `key-${n}` })),
    );
    const { book } = stateAfter([known, ...many]);
    expect(book.open).toHaveLength(200);
    expect(book.closed).toHaveLength(200);
  });
});
