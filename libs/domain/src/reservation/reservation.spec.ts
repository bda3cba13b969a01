import type { ReservationRequested } from '@chargestream/contracts';
import { at } from '../testing/events';
import { given } from '../testing/given-when-then';
import { reservationDecider, reservedUntil, type ReservationCommand } from './reservation';

const reservation = given(reservationDecider, (command: ReservationCommand) => ({
  causationId: 'x',
  occurredAt: at(0),
  receivedAt: at(0),
  chargerId: 'chargerId' in command ? command.chargerId : 'CP-1',
}));
const asked: ReservationRequested = {
  reservationId: 5,
  evseId: 1,
  connectorId: null,
  idToken: 'TAG',
  idTokenType: null,
  groupId: 'fleet',
  expiresAt: at(30),
  commandId: 'a',
};
const request = (
  more: Partial<ReservationRequested> = {},
  chargerId = 'CP-1',
  refusable = true,
): ReservationCommand => ({
  kind: 'request',
  chargerId,
  refusable,
  request: { ...asked, ...more },
});
type Answered = Extract<ReservationCommand, { kind: 'answered' }>;
const answered = (
  commandId: string,
  outcome: Answered['outcome'],
  status: string | null = null,
): ReservationCommand => ({
  kind: 'answered',
  ...{ commandId, outcome, status },
});
const cancel = (chargerId = 'CP-1'): ReservationCommand => ({
  kind: 'cancel',
  ...{ chargerId, reservationId: 5, commandId: 'c' },
});
const use = (chargerId = 'CP-1'): ReservationCommand => ({
  kind: 'use',
  ...{ chargerId, reservationId: 5, sessionId: 's' },
});
const expire = (minute: number): ReservationCommand => ({ kind: 'expire', reservationId: 5, at: at(minute) });
const withdrawn = (commandId: string): ReservationCommand => ({ kind: 'withdrawn', commandId });
const active = [request(), answered('a', 'ACCEPTED')];

const CONFIRMED = { type: 'ReservationConfirmed', data: { reservationId: 5, commandId: 'a' } };
const USED = { type: 'ReservationUsed', data: { reservationId: 5, sessionId: 's' } };
const EXPIRED = { type: 'ReservationExpired', data: { reservationId: 5, expiredAt: at(30) } };
const CANCELLED = { type: 'ReservationCancelled', data: { reservationId: 5, commandId: 'c' } };
const refused = (commandId: string, status: string) => ({
  type: 'ReservationRefused',
  data: { reservationId: 5, commandId, status },
});

describe('a reservation', () => {
  it('is requested once by each ReserveNow, and confirmed once', () => {
    reservation([])
      .when(request())
      .then([{ type: 'ReservationRequested', data: asked }]);
    reservation([request()]).when(request()).thenNothing();
    reservation([request()]).when(answered('a', 'ACCEPTED')).then([CONFIRMED]);
    reservation(active).when(answered('a', 'ACCEPTED')).thenNothing();
    reservation([...active, use()])
      .when(request())
      .thenNothing();
  });

  it('may be for any connector of the charger, and for a group', () => {
    const { outcome } = reservation([]).when(request({ evseId: 0, groupId: 'fleet' }));
    expect(outcome).toMatchObject([{ data: { evseId: 0, groupId: 'fleet' } }]);
  });

  it('is refused in the words of the charger, or by what became of the command', () => {
    reservation([request()])
      .when(answered('a', 'REJECTED', 'Occupied'))
      .then([refused('a', 'Occupied')]);
    for (const outcome of ['FAILED', 'OFFLINE', 'EXPIRED'] as const) {
      reservation([request()])
        .when(answered('a', outcome))
        .then([refused('a', outcome)]);
    }
    reservation([request(), answered('a', 'OFFLINE')])
      .when(use())
      .thenNothing();
    reservation([request(), answered('a', 'OFFLINE')])
      .when(expire(31))
      .thenNothing();
  });

  it.each(['TIMED_OUT', 'UNKNOWN'] as const)('that is answered %s may be held all the same', (outcome) => {
    const unsure = [request(), answered('a', outcome)];
    reservation([request()]).when(answered('a', outcome)).thenNothing();
    reservation(unsure).when(use()).then([USED]);
    reservation(unsure).when(cancel()).then([CANCELLED]);
    reservation(unsure).when(expire(30)).then([EXPIRED]);
  });

  it('is used by the start that names it, once, and only at its charger', () => {
    reservation(active).when(use()).then([USED]);
    reservation([...active, use()])
      .when(use())
      .thenNothing();
    reservation(active).when(use('CP-2')).thenNothing();
    reservation([]).when(use()).thenNothing();
  });

  it('is used though it ran out before the start reached us', () => {
    reservation([...active, expire(30)])
      .when(use())
      .then([USED]);
  });

  it('expires when its time has come, once', () => {
    reservation(active).when(expire(29)).thenNothing();
    reservation(active).when(expire(30)).then([EXPIRED]);
    for (const over of [expire(30), use(), cancel()]) {
      reservation([...active, over])
        .when(expire(31))
        .thenNothing();
    }
  });

  it('is cancelled by what the charger accepted, once, and only at its charger', () => {
    reservation(active).when(cancel()).then([CANCELLED]);
    reservation([...active, cancel()])
      .when(cancel())
      .thenNothing();
    reservation(active).when(cancel('CP-2')).thenNothing();
    reservation([...active, use()])
      .when(cancel())
      .thenNothing();
    reservation([...active, cancel()])
      .when(use())
      .thenNothing();
  });

  it('is given up by the charger only as long as that holds it', () => {
    const givenUp = { type: 'ReservationCancelled', data: { reservationId: 5, commandId: null } };
    reservation(active).when(withdrawn('a')).then([givenUp]);
    reservation([...active, withdrawn('a')])
      .when(withdrawn('a'))
      .thenNothing();
    reservation([...active, withdrawn('a')])
      .when(use())
      .then([USED]);
    reservation([request()]).when(withdrawn('a')).thenNothing();
    reservation([...active, request({ commandId: 'b' }), answered('b', 'ACCEPTED')])
      .when(withdrawn('a'))
      .thenNothing();
    reservation([...active, request({ commandId: 'b' }), withdrawn('a')])
      .when(answered('b', 'ACCEPTED'))
      .then([{ type: 'ReservationConfirmed', data: { reservationId: 5, commandId: 'b' } }]);
  });
});

describe('a reservation of the same id (1.6 §5.13)', () => {
  const later = request({ commandId: 'b', expiresAt: at(60), evseId: 2 });

  it('takes the place of the one before when the charger accepts it', () => {
    const replaced = [...active, later, answered('b', 'ACCEPTED')];
    reservation(replaced).when(expire(59)).thenNothing();
    reservation(replaced)
      .when(expire(60))
      .then([{ type: 'ReservationExpired', data: { reservationId: 5, expiredAt: at(60) } }]);
  });

  it('leaves the one before as it is when the charger refuses it', () => {
    const kept = [...active, later, answered('b', 'REJECTED', 'Rejected')];
    reservation([...active, later])
      .when(answered('b', 'REJECTED', 'Rejected'))
      .then([refused('b', 'Rejected')]);
    reservation(kept).when(use()).then([USED]);
    reservation(kept).when(expire(30)).then([EXPIRED]);
  });

  it('and the one before are answered each for itself', () => {
    const both = [request(), later];
    reservation(both).when(answered('a', 'ACCEPTED')).then([CONFIRMED]);
    const { state } = reservation([...both, answered('a', 'ACCEPTED')]).when(answered('b', 'REJECTED', 'Occupied'));
    expect(state()).toMatchObject({ status: 'open', held: { commandId: 'a' }, pending: [] });
    reservation([...both, answered('b', 'ACCEPTED')])
      .when(answered('a', 'ACCEPTED'))
      .thenNothing();
  });

  it('begins anew after the end of the one before, at whichever charger', () => {
    const anew = request({ commandId: 'b' }, 'CP-2');
    const { state, outcome } = reservation([...active, cancel()]).when(anew);
    expect(outcome).toHaveLength(1);
    expect(state()).toMatchObject({ status: 'open', chargerId: 'CP-2', held: null });
    reservation([...active, cancel(), anew])
      .when(use('CP-1'))
      .thenNothing();
  });

  it('is not another charger’s', () => {
    reservation(active)
      .when(request({ commandId: 'b' }, 'CP-2'))
      .thenRejected('CONFLICT');
    reservation(active)
      .when(request({ commandId: 'b' }, 'CP-2', false))
      .thenNothing();
  });

  it('asked for without end leaves a bounded memory', () => {
    const many = Array.from({ length: 50 }, (_, index) => request({ commandId: `m${index}`, expiresAt: at(index) }));
    const { state } = reservation(many).when(expire(0));
    expect(state().pending).toHaveLength(16);
    expect(reservedUntil(state())).toBe(at(49));
  });
});
