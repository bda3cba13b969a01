import type { ChargerCommand, ReservationRequested } from '@chargestream/contracts';

/** What a command asks for, if it is about a reservation. */
export type AskedReservation =
  { kind: 'reserve'; request: ReservationRequested } | { kind: 'cancel'; reservationId: number };

/** Null when the command is about something else, or says nothing of use. */
export function askedReservation(command: ChargerCommand, commandId: string): AskedReservation | null {
  return command.kind === 'CALL_CHARGER'
    ? askedByCall(command, commandId)
    : askedByKind(command as unknown as Neutral, commandId);
}

type Neutral = { kind: string } & Record<string, unknown>;

/** Neutral commands call things as the facts do; what api sent is looked at with care all the same. */
function askedByKind(command: Neutral, commandId: string): AskedReservation | null {
  const { kind, reservationId, evseId, connectorId, idToken, expiresAt } = command;
  if (kind === 'CANCEL_RESERVATION') return isId(reservationId) ? { kind: 'cancel', reservationId } : null;
  if (kind !== 'RESERVE' || !isId(reservationId) || typeof idToken !== 'string') return null;
  return reserve(
    {
      reservationId,
      evseId: isId(evseId) ? evseId : null,
      connectorId: isId(connectorId) ? connectorId : null,
      idToken,
      idTokenType: textOf(command.idTokenType),
      groupId: textOf(command.groupId),
      expiresAt: isoOf(expiresAt),
    },
    commandId,
  );
}

function askedByCall(
  { action, payload }: Extract<ChargerCommand, { kind: 'CALL_CHARGER' }>,
  commandId: string,
): AskedReservation | null {
  if (action === 'CancelReservation') {
    const { reservationId } = payload;
    return isId(reservationId) ? { kind: 'cancel', reservationId } : null;
  }
  if (action !== 'ReserveNow') return null;
  return reserve('idTag' in payload ? asked16(payload) : asked2(payload), commandId);
}

function reserve(asked: Asked | null, commandId: string): AskedReservation | null {
  if (asked === null || Number.isNaN(Date.parse(asked.expiresAt))) return null;
  return { kind: 'reserve', request: { ...asked, commandId } };
}

type Asked = Omit<ReservationRequested, 'commandId'>;

/** 1.6 §6.37 */
function asked16(payload: Record<string, unknown>): Asked | null {
  const { connectorId, expiryDate, idTag, parentIdTag, reservationId } = payload;
  if (!isId(reservationId) || !isId(connectorId) || typeof idTag !== 'string') return null;
  return {
    reservationId,
    evseId: connectorId,
    connectorId: null,
    idToken: idTag,
    idTokenType: null,
    groupId: textOf(parentIdTag),
    expiresAt: isoOf(expiryDate),
  };
}

/** 2.0.1 and 2.1, ReserveNowRequest. */
function asked2(payload: Record<string, unknown>): Asked | null {
  const { id, expiryDateTime, evseId, idToken, groupIdToken } = payload;
  const token = idToken as { idToken?: unknown; type?: unknown } | null | undefined;
  if (!isId(id) || typeof token?.idToken !== 'string') return null;
  return {
    reservationId: id,
    evseId: isId(evseId) ? evseId : null,
    connectorId: null,
    idToken: token.idToken,
    idTokenType: textOf(token.type),
    groupId: textOf((groupIdToken as { idToken?: unknown } | null | undefined)?.idToken),
    expiresAt: isoOf(expiryDateTime),
  };
}

/** OCPP's integers have 32 bits. */
function isId(value: unknown): value is number {
  return Number.isInteger(value) && Math.abs(value as number) < 2 ** 31;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** In UTC; what is no time stays as it is. */
function isoOf(value: unknown): string {
  const ms = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(ms) ? String(value) : new Date(ms).toISOString();
}
