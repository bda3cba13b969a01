import { chargerStream, type ChargerEvent } from '@chargestream/contracts';
import { BusUnavailableError, type StoredRecord } from '@chargestream/event-bus';
import { StoreUnavailableError, WrongExpectedRevisionError } from '@chargestream/event-store';
import { isTracing, startSpan, TRACEPARENT, type TracedSpan } from '@chargestream/tracing';
import type { AggregateStore, AsOf } from '../aggregates/aggregate-store';
import { PoisonError } from '../aggregates/poison-error';
import { decideAndAppend } from '../aggregates/unit-of-work';
import type { DeadLetterBatch, DeadLetters } from '../dead-letters';
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
 * them together; the events of one charger one after the other. Resolves when everything is stored or parked.
 * @throws when store or bus are unavailable: the batch comes again, and what was stored is recognised.
 */
export async function handleChargerEvents(
  options: ChargerEventsOptions,
  records: readonly StoredRecord[],
): Promise<void> {
  const parked = options.deadLetters.batch();
  const chargers = new Map<string, Incoming[]>();
  for (const record of records) {
    try {
      const event = parseChargerEvent(record);
      const incoming = chargers.get(record.key);
      if (incoming === undefined) chargers.set(record.key, [{ record, event, span: null }]);
      else incoming.push({ record, event, span: null });
    } catch (error) {
      parked.park(record, error);
    }
  }
  const outcomes = await Promise.allSettled(
    [...chargers.values()].map((incoming) => handleCharger(options, parked, incoming)),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  await parked.flush();
}

async function handleCharger(
  options: ChargerEventsOptions,
  parked: DeadLetterBatch,
  incoming: readonly Incoming[],
): Promise<void> {
  try {
    await handleTogether(options, parked, incoming);
  } catch (error) {
    if (isPassing(error)) throw error;
    // The store refuses something of this batch for good (too large, say): find out what, one by one.
    for (const one of incoming) {
      try {
        await handleTogether(options, parked, [one]);
      } catch (cause) {
        if (isPassing(cause)) throw cause;
        parked.park(one.record, cause);
      }
    }
  }
}

async function handleTogether(
  options: ChargerEventsOptions,
  parked: DeadLetterBatch,
  incoming: readonly Incoming[],
): Promise<void> {
  if (isTracing()) for (const one of incoming) one.span = handleSpan(one);
  try {
    await append(options, parked, incoming);
    for (const { span } of incoming) span?.end();
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

async function append(
  options: ChargerEventsOptions,
  parked: DeadLetterBatch,
  incoming: readonly Incoming[],
): Promise<void> {
  const { tenantId, chargerId } = incoming[0]!.event;
  const poisoned = await decideAndAppend(
    options.aggregates,
    options.pause,
    async (unit) => {
      const failed: { record: StoredRecord; error: unknown }[] = [];
      for (const { record, event, span } of incoming) {
        try {
          await decideChargerEvent(unit, event, span?.traceparent);
          unit.keep();
        } catch (error) {
          if (!(error instanceof PoisonError)) throw error;
          unit.rollBack();
          failed.push({ record, error });
        }
      }
      return failed;
    },
    // Sessions before the charger's book: if a crash comes between, redelivery finds the book as it was.
    { last: chargerStream(tenantId, chargerId), asOf: options.asOf },
  );
  for (const { record, error } of poisoned) parked.park(record, error);
  if (options.onHandled === undefined) return;
  const failed = new Set(poisoned.map(({ record }) => record));
  for (const { record, event } of incoming) if (!failed.has(record)) options.onHandled(event.type);
}

/** Failures that pass: the same batch may well succeed later. */
function isPassing(error: unknown): boolean {
  return (
    error instanceof StoreUnavailableError ||
    error instanceof BusUnavailableError ||
    error instanceof WrongExpectedRevisionError
  );
}
