import {
  chargerKey,
  STREAM_PREFIXES,
  TOPICS,
  type ChargerFact,
  type MeterSample,
  type MeterSamplesRecorded,
  type SessionFact,
  type StoredMetadata,
} from '@chargestream/contracts';
import type { BusRecord } from '@chargestream/event-bus';
import type { EventStore, StoredEvent } from '@chargestream/event-store';
import { publishedRecord } from './published-record';
import { PublishedSessions, type SessionChange } from './published-session';
import type { StorePublisher } from './publisher';

export const METER_VALUES_PUBLISHER = 'meter-values';

/** All samples of all meters, inside sessions and outside: one record for each message that carried some. */
export function meterValuesPublisher(store: EventStore): StorePublisher {
  const sessions = new PublishedSessions(store);
  return {
    name: METER_VALUES_PUBLISHER,
    streamPrefixes: [STREAM_PREFIXES.session, STREAM_PREFIXES.charger],
    async recordsOf(events) {
      const records: BusRecord[] = [];
      for (const event of events) {
        const isOfSession = event.stream.startsWith(STREAM_PREFIXES.session);
        const data = isOfSession ? ofSession(event, await sessions.change(event)) : ofCharger(event);
        if (data === null || data.samples.length === 0) continue;
        const { tenantId, chargerId } = event.metadata as unknown as StoredMetadata;
        const to = { topic: TOPICS.meterValues, key: chargerKey(tenantId, chargerId) };
        records.push(publishedRecord(METER_VALUES_PUBLISHER, to, event, 'MeterSamplesRecorded', data));
      }
      return records;
    },
  };
}

function ofSession(event: StoredEvent, { before, after: session }: SessionChange): MeterSamplesRecorded | null {
  const fact = { type: event.type, data: event.data } as SessionFact;
  if (session === null || !('samples' in fact.data)) return null;
  return {
    sessionId: session.sessionId,
    transactionId: session.transactionId,
    evseId: session.evseId,
    connectorId: session.connectorId,
    token: session.token,
    afterEnd: before?.state === 'ENDED',
    energyWh: session.energyWh,
    samples: fact.data.samples.map(published),
  };
}

function ofCharger(event: StoredEvent): MeterSamplesRecorded | null {
  const fact = { type: event.type, data: event.data } as ChargerFact;
  if (fact.type !== 'MeterValuesRecorded') return null;
  const { evseId, connectorId, samples } = fact.data;
  return {
    sessionId: null,
    transactionId: null,
    evseId,
    connectorId,
    token: null,
    afterEnd: false,
    energyWh: null,
    samples: samples.map(published),
  };
}

function published({ raw, ...sample }: MeterSample): MeterSamplesRecorded['samples'][number] {
  return { ...sample, raw: raw ?? null };
}
