import {
  chargerKey,
  STREAM_PREFIXES,
  TOPICS,
  type PublishedSession,
  type PublishedSessionField,
  type SessionEventOf,
  type SessionEventType,
  type SessionFact,
  type StoredMetadata,
} from '@chargestream/contracts';
import type { BusRecord } from '@chargestream/event-bus';
import type { EventStore, StoredEvent } from '@chargestream/event-store';
import { publishedRecord } from './published-record';
import { PublishedSessions } from './published-session';
import type { StorePublisher } from './publisher';

export const SESSION_EVENTS_PUBLISHER = 'session-events';

/** Sessions after deciding, for billing and analytics: each event carries the whole session as it is after it. */
export function sessionEventsPublisher(store: EventStore): StorePublisher {
  const sessions = new PublishedSessions(store);
  return {
    name: SESSION_EVENTS_PUBLISHER,
    streamPrefixes: [STREAM_PREFIXES.session],
    async recordsOf(events) {
      const records: BusRecord[] = [];
      for (const event of events) {
        const { before, after } = await sessions.change(event);
        const told = after === null ? null : sessionEvent(event, before, after);
        if (told === null) continue;
        const { tenantId, chargerId } = event.metadata as unknown as StoredMetadata;
        const to = { topic: TOPICS.sessionEvents, key: chargerKey(tenantId, chargerId) };
        records.push(publishedRecord(SESSION_EVENTS_PUBLISHER, to, event, told.type, told.data));
      }
      return records;
    },
  };
}

type Told = { [Type in SessionEventType]: Pick<SessionEventOf<Type>, 'type' | 'data'> }[SessionEventType];

/** What the public hears of a fact; null when it is not told (a meter reading, which has its own topic). */
function sessionEvent(event: StoredEvent, before: PublishedSession | null, session: PublishedSession): Told | null {
  const fact = { type: event.type, data: event.data } as SessionFact;
  switch (fact.type) {
    case 'SessionStarted':
    case 'SessionEnded':
      return { type: fact.type, data: { session } };
    case 'SessionUpdated': {
      const changed = changedFields(before, session).filter((field) => !METERED.has(field));
      if (changed.length === 0) return null;
      const { triggerReason, seqNo } = fact.data;
      return { type: fact.type, data: { session, changed, triggerReason, seqNo } };
    }
    case 'SessionCorrected': {
      const { reason, seqNo } = fact.data;
      const changed = changedFields(before, session);
      const previousEnergyWh = before?.energyWh ?? null;
      return { type: fact.type, data: { session, reason, changed, previousEnergyWh, seqNo } };
    }
    case 'SessionAnomalyDetected':
      return { type: fact.type, data: { session, ...fact.data } };
    default:
      return null;
  }
}

/** They change with every reading, and are told with it. */
const METERED: ReadonlySet<PublishedSessionField> = new Set(['meterWh', 'energyWh', 'timeSpentChargingS']);

function changedFields(before: PublishedSession | null, after: PublishedSession): PublishedSessionField[] {
  const fields = Object.keys(after).filter((field) => field !== 'sessionId' && field !== 'revision');
  return (fields as PublishedSessionField[]).filter(
    (field) => before === null || JSON.stringify(before[field]) !== JSON.stringify(after[field]),
  );
}
