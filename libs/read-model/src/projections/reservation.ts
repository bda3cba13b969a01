import type { ReservationRequested, StoredFactType } from '@chargestream/contracts';
import { reservationKey } from '../row-keys';
import type { ReservationRow } from '../schema';
import type { EventOf, ProjectedEvent, Projection } from './projection';

const FACTS = [
  'ReservationRequested',
  'ReservationConfirmed',
  'ReservationRefused',
  'ReservationCancelled',
  'ReservationUsed',
  'ReservationExpired',
] as const satisfies readonly StoredFactType[];

type ReservationEvent = EventOf<(typeof FACTS)[number]>;

/** What was asked, and when by our clock. */
interface Asked extends ReservationRequested {
  requestedAt: string;
}

/** As many as the decider keeps. */
const MAX_PENDING = 16;

export const reservations: Projection<'reservations'> = {
  table: 'reservations',
  canHandle: FACTS,
  keys: (event) => (isOfReservation(event) ? [reservationKey(event.metadata.tenantId, event.data.reservationId)] : []),
  evolve(row, event, key) {
    if (!isOfReservation(event)) return row;
    if (event.type === 'ReservationRequested') return requested(row, event, key);
    if (row === null) return null;
    return { ...evolved(row, event), updated_at: event.metadata.receivedAt };
  },
  changed: () => null,
};

function isOfReservation(event: ProjectedEvent): event is ReservationEvent {
  return (FACTS as readonly string[]).includes(event.type);
}

function requested(
  row: ReservationRow | null,
  { data, metadata }: EventOf<'ReservationRequested'>,
  key: string,
): ReservationRow {
  const isReplacement = row !== null && (row.state === 'REQUESTED' || row.state === 'ACTIVE');
  const asked: Asked = { ...data, requestedAt: metadata.receivedAt };
  const pending = [...(isReplacement ? pendingOf(row) : []), asked].slice(-MAX_PENDING);
  return {
    key,
    tenant_id: metadata.tenantId,
    charger_id: metadata.chargerId,
    reservation_id: data.reservationId,
    state: 'REQUESTED',
    ...columnsOf(asked),
    held: isReplacement ? row.held : null,
    pending: JSON.stringify(pending),
    refusal: null,
    cancel_command_id: null,
    session_id: null,
    ended_at: null,
    updated_at: metadata.receivedAt,
  };
}

function evolved(
  row: ReservationRow,
  event: Exclude<ReservationEvent, { type: 'ReservationRequested' }>,
): ReservationRow {
  const over = { held: null, pending: '[]', ended_at: event.metadata.receivedAt };
  switch (event.type) {
    case 'ReservationConfirmed': {
      const pending = pendingOf(row);
      const index = pending.findIndex(({ commandId }) => commandId === event.data.commandId);
      return index < 0 ? row : standing(row, pending[index]!, pending.slice(index + 1));
    }
    case 'ReservationRefused': {
      const pending = pendingOf(row).filter(({ commandId }) => commandId !== event.data.commandId);
      const after = { ...row, refusal: event.data.status };
      if (pending.length > 0 || row.held !== null) return standing(after, heldOf(row), pending);
      return { ...after, ...over, state: 'REFUSED' };
    }
    case 'ReservationCancelled': {
      const { commandId } = event.data;
      const pending = pendingOf(row);
      if (commandId === null && pending.length > 0) return standing(row, null, pending);
      return { ...row, ...over, state: 'CANCELLED', cancel_command_id: commandId };
    }
    case 'ReservationUsed':
      return { ...row, ...over, state: 'USED', session_id: event.data.sessionId };
    case 'ReservationExpired':
      return { ...row, ...over, state: 'EXPIRED', ended_at: event.data.expiredAt };
  }
}

/** The newest that was asked for, as long as it is not answered; else what the charger holds. */
function standing(row: ReservationRow, held: Asked | null, pending: readonly Asked[]): ReservationRow {
  const shown = pending.at(-1) ?? held;
  return {
    ...row,
    ...(shown === null ? {} : columnsOf(shown)),
    state: pending.length > 0 ? 'REQUESTED' : 'ACTIVE',
    held: held === null ? null : JSON.stringify(held),
    pending: JSON.stringify(pending),
  };
}

function columnsOf(asked: Asked) {
  return {
    evse_id: asked.evseId,
    connector_id: asked.connectorId,
    id_token: asked.idToken,
    id_token_type: asked.idTokenType,
    group_id: asked.groupId,
    expires_at: asked.expiresAt,
    command_id: asked.commandId,
    requested_at: asked.requestedAt,
  };
}

function pendingOf(row: ReservationRow): Asked[] {
  return JSON.parse(row.pending) as Asked[];
}

function heldOf(row: ReservationRow): Asked | null {
  return row.held === null ? null : (JSON.parse(row.held) as Asked);
}
