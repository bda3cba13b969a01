import type { CommandOutcome, ReservationFact, ReservationRequested } from '@chargestream/contracts';
import { assertNever, reject, type Decider, type Decision } from '../decider';
import { hasSeen, NO_IDS, remember, type RecentIds } from '../recent-ids';

/** How a reservation is over, as far as it is known; `withdrawn`: by the charger itself. */
export type ReservationEnd = 'refused' | 'cancelled' | 'withdrawn' | 'used' | 'expired';

/**
 * What is known of a reservationId. It may be reserved again, at another charger too; while it is reserved, a further
 * ReserveNow replaces it (1.6 §5.13).
 */
export interface ReservationState {
  readonly status: 'none' | 'open' | ReservationEnd;
  /** Null while nothing was ever asked. */
  readonly chargerId: string | null;
  /** What the charger said that it holds. */
  readonly held: ReservationRequested | null;
  /** Asked for and not answered, the newest last; what is never answered (`TIMED_OUT`, `UNKNOWN`) stays here. */
  readonly pending: readonly ReservationRequested[];
  /** commandIds of the ReserveNows that are known. */
  readonly asked: RecentIds;
}

export type ReservationCommand =
  /** `refusable`: nothing was sent yet, so that what must not be can be kept from being. */
  | { kind: 'request'; chargerId: string; request: ReservationRequested; refusable: boolean }
  /** The ReserveNow has come to its end; `status` is the charger's word, null when it gave none. */
  | { kind: 'answered'; commandId: string; outcome: CommandOutcome; status: string | null }
  /** The charger accepted a CancelReservation. */
  | { kind: 'cancel'; chargerId: string; reservationId: number; commandId: string }
  /** The charger can not keep what it has held since this ReserveNow. */
  | { kind: 'withdrawn'; commandId: string }
  | { kind: 'use'; chargerId: string; reservationId: number; sessionId: string }
  /** `at` by our clock, ISO 8601 UTC. */
  | { kind: 'expire'; reservationId: number; at: string };

const USABLE: ReadonlySet<ReservationState['status']> = new Set(['open', 'expired', 'withdrawn']);

/** A charger that never answers must not make the state grow without end. */
const MAX_PENDING = 16;

export const reservationDecider: Decider<ReservationState, ReservationCommand, ReservationFact> = {
  initialState: { status: 'none', chargerId: null, held: null, pending: [], asked: NO_IDS },

  decide(state, command) {
    switch (command.kind) {
      case 'request':
        return decideRequest(state, command);
      case 'answered':
        return decideAnswer(state, command);
      case 'cancel': {
        const { reservationId, commandId } = command;
        if (state.status !== 'open' || state.chargerId !== command.chargerId) return [];
        return [{ type: 'ReservationCancelled', data: { reservationId, commandId } }];
      }
      case 'withdrawn': {
        if (state.held?.commandId !== command.commandId) return [];
        const { reservationId } = state.held;
        return [{ type: 'ReservationCancelled', data: { reservationId, commandId: null } }];
      }
      case 'use': {
        const { reservationId, sessionId } = command;
        // The charger held it after all: its start may have waited in a queue, or its answer to ReserveNow got lost.
        if (!USABLE.has(state.status) || state.chargerId !== command.chargerId) return [];
        return [{ type: 'ReservationUsed', data: { reservationId, sessionId } }];
      }
      case 'expire': {
        const expiredAt = reservedUntil(state);
        if (expiredAt === null || Date.parse(expiredAt) > Date.parse(command.at)) return [];
        return [{ type: 'ReservationExpired', data: { reservationId: command.reservationId, expiredAt } }];
      }
      default:
        return assertNever(command, 'reservation command');
    }
  },

  evolve(state, fact, { chargerId }) {
    switch (fact.type) {
      case 'ReservationRequested': {
        const isReplacement = state.status === 'open';
        const pending = isReplacement ? state.pending : [];
        return {
          status: 'open',
          chargerId: chargerId ?? null,
          held: isReplacement ? state.held : null,
          pending: [...pending, fact.data].slice(-MAX_PENDING),
          asked: remember(state.asked, fact.data.commandId),
        };
      }
      case 'ReservationConfirmed': {
        const index = indexOf(state, fact.data.commandId);
        // What was asked before it is replaced by it, answered or not.
        return index < 0 ? state : { ...state, held: state.pending[index]!, pending: state.pending.slice(index + 1) };
      }
      case 'ReservationRefused': {
        const pending = state.pending.filter(({ commandId }) => commandId !== fact.data.commandId);
        return pending.length > 0 || state.held !== null ? { ...state, pending } : over(state, 'refused');
      }
      case 'ReservationCancelled':
        if (fact.data.commandId !== null) return over(state, 'cancelled');
        // It may be asked for anew already.
        return state.pending.length > 0 ? { ...state, held: null } : over(state, 'withdrawn');
      case 'ReservationUsed':
        return over(state, 'used');
      case 'ReservationExpired':
        return over(state, 'expired');
      default:
        return assertNever(fact, 'reservation fact');
    }
  },
};

/** When the last that the charger may hold of it runs out, ISO 8601 UTC; null when it holds nothing. */
export function reservedUntil({ held, pending }: ReservationState): string | null {
  const all = held === null ? pending : [held, ...pending];
  return all.map(({ expiresAt }) => expiresAt).reduce<string | null>(latest, null);
}

function decideRequest(
  state: ReservationState,
  { chargerId, request, refusable }: Extract<ReservationCommand, { kind: 'request' }>,
): Decision<ReservationFact> {
  if (hasSeen(state.asked, request.commandId)) return [];
  if (state.status === 'open' && state.chargerId !== chargerId) {
    const { reservationId } = request;
    const message = `Reservation ${reservationId} is one of charger ${state.chargerId}: cancel it first, or take another id.`;
    // On the wire already: the one that is known here stays the one of this id.
    return refusable ? reject('CONFLICT', message) : [];
  }
  return [{ type: 'ReservationRequested', data: request }];
}

function decideAnswer(
  state: ReservationState,
  { commandId, outcome, status }: Extract<ReservationCommand, { kind: 'answered' }>,
): readonly ReservationFact[] {
  const request = state.pending[indexOf(state, commandId)];
  if (request === undefined) return [];
  const { reservationId } = request;
  switch (outcome) {
    case 'ACCEPTED':
      return [{ type: 'ReservationConfirmed', data: { reservationId, commandId } }];
    case 'REJECTED':
    case 'FAILED':
    case 'OFFLINE':
    case 'EXPIRED':
      return [{ type: 'ReservationRefused', data: { reservationId, commandId, status: status ?? outcome } }];
    case 'TIMED_OUT':
    case 'UNKNOWN':
      // The charger may hold it: it stays as it is until it is used, cancelled or runs out.
      return [];
    default:
      return assertNever(outcome, 'outcome');
  }
}

function indexOf({ pending }: ReservationState, commandId: string): number {
  return pending.findIndex((request) => request.commandId === commandId);
}

function over(state: ReservationState, status: ReservationEnd): ReservationState {
  return { ...state, status, held: null, pending: [] };
}

function latest(a: string | null, b: string): string {
  return a !== null && Date.parse(a) >= Date.parse(b) ? a : b;
}
