import {
  reservationStream,
  type ChargerCommand,
  type CommandOutcome,
  type StoredMetadata,
} from '@chargestream/contracts';
import { isRejection, reservationDecider, type Rejection } from '@chargestream/domain';
import type { UnitOfWork } from '../aggregates/unit-of-work';
import { askedReservation } from './asked-reservation';

/**
 * A command is requested, or on its way: where it reserves something, that is asked for from now on.
 * @param refusable nothing was sent yet, so that a reservation that must not be can be kept from being
 */
export async function requestReservation(
  unit: UnitOfWork,
  { commandId, command, refusable }: { commandId: string; command: ChargerCommand; refusable: boolean },
  metadata: StoredMetadata,
): Promise<Rejection | null> {
  const asked = askedReservation(command, commandId);
  if (asked?.kind !== 'reserve') return null;
  const { request } = asked;
  const { tenantId, chargerId } = metadata;
  const decision = await unit.decide(
    reservationDecider,
    reservationStream(tenantId, request.reservationId),
    { kind: 'request', chargerId, request, refusable },
    metadata,
  );
  return isRejection(decision) ? decision : null;
}

/** A command has come to its end: what it says of the reservation that it was about. */
export async function settleReservation(
  unit: UnitOfWork,
  ended: { commandId: string; command: ChargerCommand; outcome: CommandOutcome; response: unknown },
  metadata: StoredMetadata,
): Promise<void> {
  const { commandId, command, outcome, response } = ended;
  const asked = askedReservation(command, commandId);
  if (asked === null) return;
  const { tenantId, chargerId } = metadata;
  if (asked.kind === 'cancel') {
    // Refused or unanswered: the reservation stays as it is.
    if (outcome !== 'ACCEPTED') return;
    const { reservationId } = asked;
    const cancel = { kind: 'cancel', chargerId, reservationId, commandId } as const;
    await unit.decide(reservationDecider, reservationStream(tenantId, reservationId), cancel, metadata);
    return;
  }
  // Its request may have been left out by a crash.
  await requestReservation(unit, { commandId, command, refusable: false }, metadata);
  const answered = { kind: 'answered', commandId, outcome, status: statusIn(response) } as const;
  const stream = reservationStream(tenantId, asked.request.reservationId);
  await unit.decide(reservationDecider, stream, answered, metadata);
}

/** A transaction tells which reservation it used. */
export async function useReservation(
  unit: UnitOfWork,
  reservationId: number,
  sessionId: string,
  metadata: StoredMetadata,
): Promise<void> {
  const { tenantId, chargerId } = metadata;
  const use = { kind: 'use', chargerId, reservationId, sessionId } as const;
  await unit.decide(reservationDecider, reservationStream(tenantId, reservationId), use, metadata);
}

/** The charger's own word in an answer. */
export function statusIn(response: unknown): string | null {
  if (typeof response !== 'object' || response === null) return null;
  const { status } = response as { status?: unknown };
  return typeof status === 'string' ? status : null;
}
