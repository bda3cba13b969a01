import { eventId, type ChargerBooted } from '@chargestream/contracts';
import { arrivalKey, type EventDraft, type HandlerContext } from './handler';

/** A charger that is not accepted yet asks again this soon, so that an operator's approval shows. */
const RETRY_INTERVAL_S = 60;

export const REGISTRATION_STATUS = { ACCEPTED: 'Accepted', PENDING: 'Pending', REJECTED: 'Rejected' } as const;

/** The interval of the answer: of heartbeats once accepted, else until the next BootNotification (1.6 §4.2, 2.0.1 B02.FR.08). */
export function bootIntervalS({ registration, heartbeatIntervalS }: HandlerContext): number {
  return registration === 'ACCEPTED' ? heartbeatIntervalS : Math.min(heartbeatIntervalS, RETRY_INTERVAL_S);
}

export function chargerBooted(context: HandlerContext, messageId: string, data: ChargerBooted): EventDraft {
  const { tenantId, chargerId } = context.connection;
  const id = eventId('ChargerBooted', tenantId, chargerId, ...arrivalKey(context, messageId));
  return { id, type: 'ChargerBooted', occurredAt: context.receivedAt, data };
}
