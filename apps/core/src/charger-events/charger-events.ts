import { chargerStream, type ChargerEvent } from '@chargestream/contracts';
import { BusUnavailableError, type StoredRecord } from '@chargestream/event-bus';
import { StoreUnavailableError, WrongExpectedRevisionError } from '@chargestream/event-store';
import { isTracing, startSpan, TRACEPARENT, type TracedSpan } from '@chargestream/tracing';
import type { AggregateStore, AsOf } from '../aggregates/aggregate-store';
import { PoisonError } from '../aggregates/poison-error';
import { decideAndAppend } from '../aggregates/unit-of-work';
import { handleInOrder, type DeadLetters, type Failure } from '../dead-letters';
import { decideChargerEvent } from './decide-charger-event';
import { parseChargerEvent } from './parse-charger-event';

export interface ChargerEventsOptions {
  aggregates: AggregateStore;
  deadLetters: DeadLetters;
  pause: (ms: number) => Promise<void>;
  /** Told of each event that is stored, or known already; for counting. */
  onHandled?: (type: ChargerEvent['type']) => void;
  /** How new the states must be that these records meet. */
  asOf: AsOf;
}

interface Incoming {
  record: StoredRecord;
  event: ChargerEvent;
  /** Null while nobody traces. */
  span: TracedSpan | null;
}

/**
 * Takes a batch of records of the charger events' topic. Chargers are handled side by side, so that the store commits
 * them together; the events of one charger one after the other, and none past one that cannot be handled. Resolves when
 * everything is stored or parked.
 * @throws when store or bus are unavailable: the batch comes again, and what was stored is recognised.
 */
export async function handleChargerEvents(
  options: ChargerEventsOptions,
  records: readonly StoredRecord[],
): Promise<void> {
  const { deadLetters, asOf } = options;
  await deadLetters.upToDate(records, asOf);
  const letters = deadLetters.batch();
  const chargers = new Map<string, StoredRecord[]>();
  for (const record of records) {
    const ofCharger = chargers.get(record.key);
    if (ofCharger === undefined) chargers.set(record.key, [record]);
    else ofCharger.push(record);
  }
  const outcomes = await Promise.allSettled(
    [...chargers].map(([key, ofCharger]) =>
      handleInOrder(letters, key, ofCharger, (some) => handleCharger(options, some)),
    ),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  await letters.flush();
}

async function handleCharger(options: ChargerEventsOptions, records: readonly StoredRecord[]): Promise<Failure | null> {
  const { incoming, failure } = parsed(records);
  if (incoming.length === 0) return failure;
  try {
    return (await handleTogether(options, incoming)) ?? failure;
  } catch (error) {
    if (isPassing(error)) throw error;
  }
  // The store refuses something of this batch for good (too large, say): find out what, one by one.
  for (const [index, one] of incoming.entries()) {
    try {
      const failed = await handleTogether(options, [one]);
      if (failed !== null) return { index, error: failed.error };
    } catch (error) {
      if (isPassing(error)) throw error;
      return { index, error };
    }
  }
  return failure;
}

/** The events up to the first record that is none. */
function parsed(records: readonly StoredRecord[]): { incoming: Incoming[]; failure: Failure | null } {
  const incoming: Incoming[] = [];
  for (const [index, record] of records.entries()) {
    try {
      incoming.push({ record, event: parseChargerEvent(record), span: null });
    } catch (error) {
      return { incoming, failure: { index, error } };
    }
  }
  return { incoming, failure: null };
}

async function handleTogether(options: ChargerEventsOptions, incoming: readonly Incoming[]): Promise<Failure | null> {
  if (isTracing()) for (const one of incoming) one.span = handleSpan(one);
  try {
    const failure = await append(options, incoming);
    for (const [index, { span }] of incoming.entries()) {
      if (failure !== null && index >= failure.index) span?.end(failure.error);
      else span?.end();
    }
    return failure;
  } catch (error) {
    for (const { span } of incoming) span?.end(error);
    throw error;
  }
}

/** Goes on with the trace that the charger's message began; what is stored of it carries it further. */
function handleSpan({ record, event }: Incoming): TracedSpan | null {
  const attributes = {
    'messaging.system': 'kafka',
    'messaging.destination.name': record.topic,
    'messaging.destination.partition.id': String(record.partition),
    'messaging.kafka.offset': record.offset,
    'chargestream.tenant_id': event.tenantId,
    'chargestream.charger_id': event.chargerId,
  };
  return startSpan(`handle ${event.type}`, { kind: 'consumer', parent: record.headers[TRACEPARENT], attributes });
}

/** Stores what the events come to, up to the first that cannot be decided. */
async function append(options: ChargerEventsOptions, incoming: readonly Incoming[]): Promise<Failure | null> {
  const { tenantId, chargerId } = incoming[0]!.event;
  const failure = await decideAndAppend(
    options.aggregates,
    options.pause,
    async (unit): Promise<Failure | null> => {
      for (const [index, { event, span }] of incoming.entries()) {
        try {
          await decideChargerEvent(unit, event, span?.traceparent);
          unit.keep();
        } catch (error) {
          if (!(error instanceof PoisonError)) throw error;
          unit.rollBack();
          return { index, error };
        }
      }
      return null;
    },
    // Sessions before the charger's book: if a crash comes between, redelivery finds the book as it was.
    { last: chargerStream(tenantId, chargerId), asOf: options.asOf },
  );
  for (const { event } of failure === null ? incoming : incoming.slice(0, failure.index)) {
    options.onHandled?.(event.type);
  }
  return failure;
}

/** Failures that pass: the same batch may well succeed later. */
function isPassing(error: unknown): boolean {
  return (
    error instanceof StoreUnavailableError ||
    error instanceof BusUnavailableError ||
    error instanceof WrongExpectedRevisionError
  );
}
