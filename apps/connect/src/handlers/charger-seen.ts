import { eventId } from '@chargestream/contracts';
import type { EventDraft, HandlerContext } from './handler';

/** Heartbeats come in their thousands; core needs to know no more often than this. */
const SEEN_EVERY_MS = 60_000;

/** At most one ChargerSeen per charger and minute. */
export function chargerSeen({ connection, memory, receivedAtMs, receivedAt }: HandlerContext): EventDraft[] {
  if (receivedAtMs - memory.lastSeenMs < SEEN_EVERY_MS) return [];
  memory.lastSeenMs = receivedAtMs;
  const id = eventId('ChargerSeen', connection.tenantId, connection.chargerId, connection.epoch, receivedAtMs);
  return [{ id, type: 'ChargerSeen', occurredAt: receivedAt, data: {} }];
}
