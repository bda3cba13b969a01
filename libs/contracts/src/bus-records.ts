import type { ChargerEvent } from './charger-events';
import { DATA_SCHEMAS } from './data-schemas';
import { chargerKey, TOPICS } from './topics';

/** What the event bus takes (structurally its `BusRecord`, which this package must not import). */
export interface OutgoingRecord {
  topic: string;
  key: string;
  value: Buffer;
  headers: Record<string, string>;
}

/** CloudEvents attributes of a record; `source` is a URI reference such as `/connect/connect-1`. */
export interface RecordIdentity {
  id: string;
  type: string;
  source: string;
}

/** One JSON value as a CloudEvents 1.0 record in Kafka binary mode: the attributes are headers. */
export function toBusRecord(topic: string, key: string, identity: RecordIdentity, value: unknown): OutgoingRecord {
  return {
    topic,
    key,
    value: Buffer.from(json(value)),
    headers: headersOf(identity),
  };
}

function headersOf({ id, type, source }: RecordIdentity): Record<string, string> {
  const headers: Record<string, string> = {
    ce_id: id,
    ce_type: type,
    ce_source: source,
    ce_specversion: '1.0',
    'content-type': 'application/json',
  };
  const schema = DATA_SCHEMAS[type];
  if (schema !== undefined) headers.ce_dataschema = schema;
  return headers;
}

/** An integer beyond 2^53, which the codec keeps as a BigInt, is written as text: no digit is lost and nothing throws. */
function json(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner));
  }
}

/** A charger's event, keyed so that everything about one charger keeps its order. */
export function chargerEventRecord(event: ChargerEvent, source: string): OutgoingRecord {
  const key = chargerKey(event.tenantId, event.chargerId);
  return toBusRecord(TOPICS.chargerEvents, key, { id: event.id, type: event.type, source }, event);
}

/** The JSON of a record. @throws SyntaxError when it is not JSON: the record is then nobody's of ours. */
export function fromBusRecord<T>(record: { value: Buffer | null }): T | null {
  return record.value === null ? null : (JSON.parse(record.value.toString('utf8')) as T);
}
