import type { CommandOutcome } from '@chargestream/contracts';
import { isRejection, reservationDecider, type ReservationCommand, type ReservationState } from '@chargestream/domain';
import { openSqliteReadModel } from '@chargestream/read-model';
import { LogWriter } from '@chargestream/read-model/testing';
import fc from 'fast-check';

const OUTCOMES: CommandOutcome[] = ['ACCEPTED', 'REJECTED', 'FAILED', 'OFFLINE', 'TIMED_OUT'];
const CHARGERS = ['CP-1', 'CP-2'];

const commandId = fc.constantFrom('a', 'b', 'c', 'd');
const chargerId = fc.constantFrom(...CHARGERS);
const minute = fc
  .integer({ min: 0, max: 59 })
  .map((value) => `2026-01-01T12:${String(value).padStart(2, '0')}:00.000Z`);
const commands: fc.Arbitrary<ReservationCommand> = fc.oneof(
  fc.record({ chargerId, commandId, expiresAt: minute, refusable: fc.boolean() }).map((given) => ({
    ...{ kind: 'request' as const, chargerId: given.chargerId, refusable: given.refusable },
    request: {
      ...{ reservationId: 5, evseId: 1, connectorId: null, idToken: 'TAG', idTokenType: null, groupId: null },
      ...{ expiresAt: given.expiresAt, commandId: given.commandId },
    },
  })),
  fc.record({
    kind: fc.constant('answered' as const),
    commandId,
    outcome: fc.constantFrom(...OUTCOMES),
    status: fc.constant(null),
  }),
  fc.record({ kind: fc.constant('cancel' as const), chargerId, reservationId: fc.constant(5), commandId }),
  fc.record({ kind: fc.constant('withdrawn' as const), commandId }),
  fc.record({
    kind: fc.constant('use' as const),
    chargerId,
    reservationId: fc.constant(5),
    sessionId: fc.constant('s'),
  }),
  fc.record({ kind: fc.constant('expire' as const), reservationId: fc.constant(5), at: minute }),
);

/** What the read model has to show of a state. */
function shownOf({ status, held, pending, chargerId: charger }: ReservationState): object {
  const shown = pending.at(-1) ?? held;
  if (status !== 'open')
    return { state: status === 'withdrawn' ? 'CANCELLED' : status.toUpperCase(), charger_id: charger };
  const state = pending.length > 0 ? 'REQUESTED' : 'ACTIVE';
  return { state, charger_id: charger, command_id: shown?.commandId, expires_at: shown?.expiresAt };
}

it('the read model shows what is decided of reservations, whatever happens', async () => {
  const readModel = await openSqliteReadModel({ path: ':memory:' });
  await fc.assert(
    fc.asyncProperty(fc.array(commands, { maxLength: 30 }), async (story) => {
      await readModel.wipe();
      const log = new LogWriter();
      let state = reservationDecider.initialState;
      for (const command of story) {
        const facts = reservationDecider.decide(state, command);
        if (isRejection(facts)) continue;
        for (const fact of facts) {
          const charger = 'chargerId' in command ? command.chargerId : (state.chargerId ?? '');
          const event = log.reservation(charger, fact);
          state = reservationDecider.evolve(state, fact, {
            causationId: 'x',
            occurredAt: '',
            receivedAt: '',
            chargerId: charger,
          });
          await readModel.apply([event]);
        }
      }
      const row = await readModel.queries.reservations.byId('default', 5);
      if (state.status === 'none') expect(row).toBeUndefined();
      else expect(row).toMatchObject(shownOf(state));
    }),
    { numRuns: 200 },
  );
  await readModel.close();
});
