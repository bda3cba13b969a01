import { Journal, type OcppVersionName } from './journal';
import type { Payload } from './message';
import type { SimulatedChargerOptions } from './options';
import { seededRandom } from './random';
import { SimulatedCharger } from './simulated-charger';
import { ManualClock } from './testing/manual-clock';
import { TestCsms, type HandledCall } from './testing/test-csms';

const VERSIONS: OcppVersionName[] = ['1.6', '2.0.1', '2.1'];
const SESSION_ACTIONS = ['StartTransaction', 'MeterValues', 'StopTransaction', 'TransactionEvent'];

describe.each(VERSIONS)('simulated charger, %s', (version) => {
  let csms: TestCsms;
  let clock: ManualClock;
  let journal: Journal;
  let charger: SimulatedCharger;

  function makeCharger(options: Partial<SimulatedChargerOptions> = {}): SimulatedCharger {
    return new SimulatedCharger({
      url: csms.url,
      chargerId: 'SIM-1',
      version,
      random: seededRandom(3),
      clock,
      journal,
      bootsOnReconnect: 0,
      ...options,
    });
  }

  beforeEach(async () => {
    csms = new TestCsms();
    clock = new ManualClock();
    journal = new Journal();
    await csms.start();
    charger = makeCharger();
  });
  afterEach(async () => {
    await clock.runUntil(settled(charger.stop({ graceMs: 1_000 })), 'the charger to stop');
    await csms.kill();
    expect(csms.breaches).toEqual([]);
  });

  /** Runs the clock until the promise is settled. */
  function settled(promise: Promise<unknown>): () => boolean {
    let done = false;
    const finish = () => (done = true);
    promise.then(finish, finish);
    return () => done;
  }

  async function within<T>(promise: Promise<T>, what: string): Promise<T> {
    await clock.runUntil(settled(promise), what);
    return promise;
  }

  async function online(): Promise<void> {
    charger.start();
    await within(charger.online(), 'the charger to be online');
  }

  const sessionCalls = (): HandledCall[] => csms.handled.filter(({ action }) => SESSION_ACTIONS.includes(action));
  const identityOf = ({ action, payload }: HandledCall) => JSON.stringify([action, payload]);
  /** Handled messages, a repetition counted once. */
  const distinct = (): HandledCall[] => [...new Map(sessionCalls().map((call) => [identityOf(call), call])).values()];
  const momentOf = ({ payload }: HandledCall): string =>
    (payload.timestamp ?? (payload.meterValue as { timestamp: string }[])[0]!.timestamp) as string;

  it('boots, tells its statuses, and runs a whole session that the schemas allow', async () => {
    await online();
    const outcome = await within(charger.charge({ connectorId: 1, idToken: 'TAG-1', durationS: 600 }), 'the session');
    await within(charger.drained(), 'the queue');
    expect(outcome).toMatchObject({ kind: 'ended' });

    expect(csms.actions()[0]).toBe('BootNotification');
    expect(csms.actions()).toContain('StatusNotification');
    expect(csms.actions()).toContain('Authorize');
    const [session, ...others] = journal.expectedSessions().get('SIM-1')!;
    expect(others).toEqual([]);
    expect(session).toMatchObject({ start: 'acknowledged', stop: 'acknowledged', idToken: 'TAG-1', connectorId: 1 });
    // Every 60 s for 10 minutes; the last reading belongs to the end.
    expect(session!.meterValueMessages).toBe(9);
    expect(session!.sampleTimestamps).toEqual([...session!.sampleTimestamps].sort());
    expect(session!.meterStopWh! - session!.meterStartWh).toBeGreaterThan(300);
    expect(outcome).toMatchObject({ energyWh: session!.meterStopWh! - session!.meterStartWh });

    const calls = sessionCalls();
    if (version === '1.6') {
      const stop = calls.at(-1)!;
      expect(calls[0]!.action).toBe('StartTransaction');
      expect(stop.action).toBe('StopTransaction');
      expect(stop.payload).toMatchObject({ transactionId: session!.transactionId, meterStop: session!.meterStopWh });
      expect(calls.slice(1, -1).map(({ payload }) => payload.transactionId)).toEqual(
        Array(9).fill(session!.transactionId),
      );
    } else {
      expect(calls.map(({ payload }) => payload.seqNo)).toEqual(calls.map((_, index) => index));
      expect(calls.map(({ payload }) => payload.eventType)).toEqual(['Started', ...Array(10).fill('Updated'), 'Ended']);
      expect(calls.every(({ payload }) => payload.offline === undefined)).toBe(true);
    }
  });

  it('queues a session that ran offline and replays it in order with the times it happened at', async () => {
    await online();
    // Tokens accepted before may charge offline.
    await within(charger.charge({ connectorId: 1, idToken: 'TAG-1', durationS: 60 }), 'the session before');
    await within(charger.drained(), 'the queue');
    const before = sessionCalls().length;
    charger.loseNetwork();
    await clock.runUntil(() => !charger.isOnline);
    const lostAt = new Date(clock.now()).toISOString();
    await within(charger.charge({ connectorId: 2, idToken: 'TAG-1', durationS: 1_200 }), 'the session offline');
    // Facts of one instant are stamped a millisecond apart.
    const foundAt = new Date(clock.now() + 10).toISOString();
    expect(sessionCalls()).toHaveLength(before);
    expect(charger.owed.length).toBeGreaterThan(15);
    expect(await charger.charge({ connectorId: 1, idToken: 'STRANGER', durationS: 60 })).toMatchObject({
      kind: 'refused',
    });

    charger.findNetwork();
    await within(charger.drained(), 'the replay');
    const replayed = sessionCalls().slice(before);
    const moments = replayed.map(momentOf);
    expect(moments).toEqual([...moments].sort());
    expect(new Set(moments).size).toBe(moments.length);
    expect(moments[0]! >= lostAt && moments.at(-1)! <= foundAt).toBe(true);
    if (version !== '1.6') expect(replayed.every(({ payload }) => payload.offline === true)).toBe(true);
    expect(journal.expectedSessions().get('SIM-1')![1]).toMatchObject({ start: 'acknowledged', stop: 'acknowledged' });
  });

  it('loses and reorders nothing when the server is killed again and again, acknowledgements included', async () => {
    // Every fifth session message is noted by the server, which dies before it answers.
    let count = 0;
    csms.verdict = ({ action }) => (SESSION_ACTIONS.includes(action) && ++count % 5 === 3 ? 'kill' : 'answer');
    const revive = () => {
      if (!csms.isUp) void csms.start().catch(() => {});
      return false;
    };
    await online();
    const sessions = [1, 2].map((connectorId) =>
      charger.charge({ connectorId, idToken: `TAG-${connectorId}`, durationS: 1_800 }),
    );
    const all = settled(Promise.all(sessions).then(() => charger.drained()));
    await clock.runUntil(() => revive() || all(), 'both sessions', 20_000);
    csms.verdict = () => 'answer';

    expect(csms.connections).toBeGreaterThan(5);
    const expected = journal.expectedSessions().get('SIM-1')!;
    expect(expected).toHaveLength(2);
    expect(expected.every(({ start, stop }) => start === 'acknowledged' && stop === 'acknowledged')).toBe(true);
    // Everything that was queued arrived, at least once, in the order it happened.
    const queued = journal.entries.filter(({ kind }) => kind === 'queued');
    const acknowledged = journal.entries.filter(({ kind, sessionRef }) => kind === 'acknowledged' && sessionRef);
    expect(acknowledged.map(({ naturalKey }) => naturalKey)).toEqual(queued.map(({ naturalKey }) => naturalKey));
    expect(distinct().map(momentOf)).toEqual(queued.map(({ at }) => at));
    // The server saw repetitions: it died with unacknowledged messages.
    expect(sessionCalls().length).toBeGreaterThan(distinct().length);
    if (version === '1.6') {
      for (const { transactionId } of expected) {
        const stops = distinct().filter(
          ({ action, payload }) => action === 'StopTransaction' && payload.transactionId === transactionId,
        );
        expect(stops).toHaveLength(1);
      }
    }
  });

  it('does not charge with a refused token, and stops when the server refuses it later', async () => {
    csms.refusedTokens.add('BAD');
    await online();
    expect(await within(charger.charge({ connectorId: 1, idToken: 'BAD', durationS: 60 }), 'the refusal')).toEqual({
      kind: 'refused',
      idToken: 'BAD',
    });
    expect(sessionCalls()).toEqual([]);
    csms.verdict = ({ action }) => {
      if (action === 'StartTransaction' || action === 'TransactionEvent') csms.refusedTokens.add('LATER');
      return 'answer';
    };
    const outcome = await within(charger.charge({ connectorId: 1, idToken: 'LATER', durationS: 3_600 }), 'the end');
    expect(outcome).toMatchObject({ kind: 'ended', cause: 'deauthorized' });
    await within(charger.drained(), 'the queue');
    const last = sessionCalls().at(-1)!.payload;
    expect(version === '1.6' ? last.reason : (last.transactionInfo as Payload).stoppedReason).toBe('DeAuthorized');
  });

  it('waits with everything until its boot is accepted', async () => {
    csms.bootStatus = 'Pending';
    csms.heartbeatIntervalS = 30;
    charger.start();
    await clock.runUntil(() => csms.actions().length >= 3, 'three boots');
    expect(new Set(csms.actions())).toEqual(new Set(['BootNotification']));
    expect(charger.isOnline).toBe(false);
    csms.bootStatus = 'Accepted';
    await within(charger.online(), 'the charger to be online');
    await clock.runUntil(() => csms.actions().includes('Heartbeat'), 'a heartbeat');
  });

  it('gives up a message after as many CALLERRORs as configured and says so', async () => {
    await online();
    csms.verdict = ({ action, payload }) =>
      action === 'MeterValues' || payload.triggerReason === 'MeterValuePeriodic' ? 'error' : 'answer';
    await within(charger.charge({ connectorId: 1, idToken: 'TAG-1', durationS: 120 }), 'the session');
    await within(charger.drained(), 'the queue');
    const [session] = journal.expectedSessions().get('SIM-1')!;
    expect(session).toMatchObject({ start: 'acknowledged', stop: 'acknowledged', meterValueMessages: 0 });
    expect(journal.entries.filter(({ kind }) => kind === 'refused')).toHaveLength(1);
    expect(
      sessionCalls().filter(
        ({ action, payload }) => action === 'MeterValues' || payload.triggerReason === 'MeterValuePeriodic',
      ),
    ).toHaveLength(3);
    expect([...charger.traffic.unacknowledged.values()]).toEqual([1]);
  });
});
