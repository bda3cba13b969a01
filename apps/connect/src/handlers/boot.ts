import { eventId, type ChargerBooted } from '@chargestream/contracts';
import { arrivalKey, type EventDraft, type HandlerContext } from './handler';

export const REGISTRATION_STATUS = { ACCEPTED: 'Accepted', PENDING: 'Pending', REJECTED: 'Rejected' } as const;

/** The interval of the answer: of heartbeats once accepted, else until the next BootNotification (1.6 §4.2, 2.0.1 B02.FR.08). */
export function bootIntervalS({ registration, heartbeatIntervalS, bootRetryIntervalS }: HandlerContext): number {
  return registration === 'ACCEPTED' ? heartbeatIntervalS : bootRetryIntervalS;
}

export function chargerBooted(context: HandlerContext, messageId: string, data: ChargerBooted): EventDraft {
  context.memory.told = data.registration;
  const { tenantId, chargerId } = context.connection;
  const id = eventId('ChargerBooted', tenantId, chargerId, ...arrivalKey(context, messageId));
  return { id, type: 'ChargerBooted', occurredAt: context.receivedAt, data };
}
