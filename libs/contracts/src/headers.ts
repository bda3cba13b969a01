/** Headers of every record with a value: CloudEvents 1.0 in Kafka's binary mode, and the trace. */
export interface RecordHeaders {
  /** The same for the same fact, on any node and after any retry: what to deduplicate by. */
  ce_id: string;
  /** Type of the event; in tables what led to the entry. */
  ce_type: string;
  /** Who published it, a URI reference: `/connect/connect-1`, `/core`, `/api`. */
  ce_source: string;
  ce_specversion: '1.0';
  /** `$id` of the JSON Schema of the value, in `schemas/events`. A name, no address. */
  ce_dataschema: string;
  'content-type': 'application/json';
  /** W3C trace context, in what was traced. */
  traceparent?: string;
  /** On connection records: the process of the instance that has the connection. */
  boot_id?: string;
  /** On a record that is replayed: the key of its dead letter. */
  dead_letter_replay?: string;
  /** On a record that is replayed: which replay this is. */
  dead_letter_attempt?: string;
}

/** Headers of a dead letter, beside those that the record had. Its value is the record's, as it was. */
export interface DeadLetterHeaders {
  /** Why it could not be handled, or whom it waits for; for people, in English. */
  dead_letter_error: string;
  /** Where it was: `topic/partition/offset`. */
  dead_letter_from: string;
  /** When it was parked first, ISO 8601 UTC by our clock. */
  dead_letter_at: string;
  /** `poison`: it could not be handled. `behind`: it came after one that could not, for the same charger. */
  dead_letter_reason: 'poison' | 'behind';
  /** Of the replay that failed last; absent when there was none. */
  dead_letter_attempt?: string;
  /** The record had no value. */
  dead_letter_no_value?: 'true';
}
