import type { ChargerEventOf } from '@chargestream/contracts';
import fc from 'fast-check';
import { chargerDecider, resolveMeterValues, resolveTransaction } from '../charger';
import { isRejection } from '../decider';
import { at, context, meterValues16, register, start16, stop16, tx2 } from '../testing/events';
import { sessionDecider, type SessionState } from '.';

type Message = ChargerEventOf<'TransactionReported' | 'MeterValuesReported'>;

/** Charger and sessions together, as core runs them. */
function deliver(messages: readonly Message[]) {
  let charger = chargerDecider.initialState;
  const sessions = new Map<string, SessionState>();
  const facts: string[] = [];
  for (const event of messages) {
    const found =
      event.type === 'MeterValuesReported'
        ? resolveMeterValues(charger.book, event)
        : resolveTransaction(charger.book, event);
    if (found !== null) {
      const { sessionId, notes } = found;
      const state = sessions.get(sessionId) ?? sessionDecider.initialState;
      const command =
        event.type === 'MeterValuesReported'
          ? ({ kind: 'meter', sessionId, event, notes } as const)
          : ({ kind: 'report', sessionId, event, notes } as const);
      const decided = sessionDecider.decide(state, command);
      if (isRejection(decided)) throw new Error('reports are never rejected');
      facts.push(...decided.map(({ type }) => type));
      sessions.set(
        sessionId,
        decided.reduce((next, fact) => sessionDecider.evolve(next, fact, context(event)), state),
      );
    }
    const noted = chargerDecider.decide(charger, { kind: 'event', event });
    if (isRejection(noted)) throw new Error('reports are never rejected');
    charger = noted.reduce((next, fact) => chargerDecider.evolve(next, fact, context(event)), charger);
  }
  return { sessions: [...sessions.values()], facts, charger };
}

/** Every message at least once, some more often, in any order. */
const shuffled = (messages: readonly Message[]) =>
  fc
    .tuple(
      fc.shuffledSubarray([...messages], { minLength: messages.length }),
      fc.array(fc.nat(messages.length - 1), { maxLength: 6 }),
    )
    .map(([order, repeats]) => [...order, ...repeats.map((index) => messages[index]!)]);

describe('in any order and however often its messages come', () => {
  const updates = [1, 2, 3, 4].map((n) => tx2('Updated', n, n, { samples: [register(1_000 + 100 * n, n)] }));
  const two: Message[] = [
    tx2('Started', 0, 0, { samples: [register(1_000, 0, { context: 'Transaction.Begin' })] }),
    ...updates,
    tx2('Ended', 5, 9, { samples: [register(1_900, 9, { context: 'Transaction.End' })] }),
  ];

  it('a 2.x transaction becomes one complete session with the same totals', () => {
    fc.assert(
      fc.property(shuffled(two), (messages) => {
        const { sessions, facts, charger } = deliver(messages);
        expect(sessions).toHaveLength(1);
        expect(sessions[0]).toMatchObject({
          status: 'ended',
          startKnown: true,
          endKnown: true,
          startedAt: at(0),
          endedAt: at(9),
          energyWh: 900,
          incomplete: false,
        });
        expect(facts.filter((type) => type === 'SessionStarted' || type === 'SessionEnded')).toHaveLength(2);
        expect(charger.book.open).toEqual([]);
      }),
    );
  });

  const one: Message[] = [
    start16(0),
    ...[1, 2, 3, 4].map((n) => meterValues16(n, [register(1_000 + 100 * n, n)])),
    stop16(9, { meterWh: 1_900 }),
  ];

  it('a 1.6 transaction becomes one complete session with the same totals', () => {
    fc.assert(
      fc.property(shuffled(one), (messages) => {
        const { sessions, facts } = deliver(messages);
        expect(sessions).toHaveLength(1);
        expect(sessions[0]).toMatchObject({
          status: 'ended',
          startKnown: true,
          energyWh: 900,
          endedAt: at(9),
          incomplete: false,
        });
        expect(facts.filter((type) => type === 'SessionStarted' || type === 'SessionEnded')).toHaveLength(2);
      }),
    );
  });

  it('no energy is negative whatever a meter says', () => {
    const readings = fc.array(fc.double({ noNaN: false }), { maxLength: 8 });
    fc.assert(
      fc.property(readings, fc.double(), fc.double(), (values, startWh, stopWh) => {
        const samples = values.map((value, n) => meterValues16(n + 1, [register(value, n + 1)]));
        const { sessions } = deliver([start16(0, { meterWh: startWh }), ...samples, stop16(20, { meterWh: stopWh })]);
        expect(sessions).toHaveLength(1);
        const session = sessions[0]!;
        if (session.status !== 'ended') throw new Error('the session did not end');
        expect(session.energyWh === null || session.energyWh >= 0).toBe(true);
      }),
    );
  });
});
