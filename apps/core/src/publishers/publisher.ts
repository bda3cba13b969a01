import { eventId, toBusRecord, TOPICS, type CheckpointEntry } from '@chargestream/contracts';
import { WriterFencedError, type BusRecord, type EventBus } from '@chargestream/event-bus';
import type { EventStore, StoredEvent } from '@chargestream/event-store';
import { aborted, type Pause } from '../timers';

/** Makes records for the bus of what is in the event store. */
export interface StorePublisher {
  /** Of the checkpoint in `csms.checkpoints.v1`. Never changes: under a new name everything is published again. */
  name: string;
  /** Streams it wants to see. */
  streamPrefixes: readonly string[];
  /**
   * Before the first event, once nobody else publishes under this name any more: reads back what `recordsOf` builds on
   * (say, its own compacted table).
   */
  open?(): Promise<void>;
  /** Called once with each event after the checkpoint, in log order: it may remember what it saw. */
  recordsOf(events: readonly StoredEvent[]): Promise<BusRecord[]> | BusRecord[];
}

export interface RunPublisherOptions {
  bus: EventBus;
  store: EventStore;
  /** Called for each attempt; a publisher that failed is never used again. */
  create: () => StorePublisher;
  signal: AbortSignal;
  clock: () => number;
  pause: Pause;
  onError: (error: unknown, name: string) => void;
  /** Told after records and checkpoint are durable. */
  onPublished?: (name: string) => void;
}

const RETRY_MS = 500;
/** Whoever fenced us has the role by now; this process will hear of it within seconds. */
const FENCED_MS = 5_000;
/** Under load, larger batches: one transaction of the bus each. */
const GATHER_MS = 40;
/** Without records the checkpoint is written this often, so that a restart reads little again. */
const CHECKPOINT_MS = 500;

/**
 * Follows the store from the publisher's checkpoint and publishes records and checkpoint in one transaction of the bus, so
 * that each record is published once, whoever crashes when. After any failure it begins again at the checkpoint: whether
 * the last transaction was committed is read there. Ends when `signal` aborts.
 */
export async function runPublisher(options: RunPublisherOptions): Promise<void> {
  const { signal, create, onError, pause } = options;
  while (!signal.aborted) {
    const publisher = create();
    try {
      await follow(options, publisher);
    } catch (error) {
      if (signal.aborted) return;
      onError(error, publisher.name);
      await pause(error instanceof WriterFencedError ? FENCED_MS : RETRY_MS, signal);
    }
  }
}

async function follow(options: RunPublisherOptions, publisher: StorePublisher): Promise<void> {
  const { bus, store, signal, clock, pause } = options;
  const { name, streamPrefixes } = publisher;
  const writer = `core-${name}`;
  // Whoever wrote under this name before is refused from here on: the checkpoint that is read next is the last one.
  await bus.publishAtomically(writer, [termRecord(name, clock())]);
  let written = await checkpointOf(bus, name);
  let position = written;
  let writtenAtMs = clock();
  let isTimed = false;
  let failure: { error: unknown } | null = null;
  let fail: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_resolve, reject) => (fail = reject));
  failed.catch(() => undefined);
  await publisher.open?.();

  const publish = async (records: readonly BusRecord[]) => {
    const upTo = position;
    if (upTo === null) return;
    await bus.publishAtomically(writer, [...records, checkpointRecord(name, upTo)]);
    written = upTo;
    writtenAtMs = clock();
    options.onPublished?.(name);
  };
  /** One after the other: a checkpoint must not be overtaken by an older one. */
  let last: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    last = last.then(async () => {
      if (failure !== null) throw failure.error;
      await work();
    });
    last.catch((error: unknown) => {
      failure ??= { error };
      fail(error);
    });
    return last;
  };
  const writeSoon = () => {
    if (isTimed) return;
    isTimed = true;
    void pause(CHECKPOINT_MS, signal).then(() => {
      isTimed = false;
      if (!signal.aborted && written !== position) inTurn(() => publish([])).catch(() => undefined);
    });
  };

  const subscription = await store.subscribe({
    from: position,
    streamPrefixes,
    gatherMs: GATHER_MS,
    handle: (events) =>
      inTurn(async () => {
        const records = await publisher.recordsOf(events);
        position = events.at(-1)?.position ?? position;
        if (records.length > 0 || clock() - writtenAtMs >= CHECKPOINT_MS) await publish(records);
        else writeSoon();
      }),
  });
  try {
    await Promise.race([failed, aborted(signal)]);
  } finally {
    await subscription.close();
  }
}

export function checkpointRecord(name: string, position: string): BusRecord {
  const entry: CheckpointEntry = { position };
  const identity = { id: eventId('checkpoint', name, position), type: 'Checkpoint', source: '/core' };
  return toBusRecord(TOPICS.checkpoints, name, identity, entry);
}

/** Under a key of its own, so that it never replaces a checkpoint. */
export function termRecord(name: string, nowMs: number): BusRecord {
  const startedAt = new Date(nowMs).toISOString();
  const identity = { id: eventId('term', name, startedAt), type: 'TermStarted', source: '/core' };
  return toBusRecord(TOPICS.checkpoints, `terms/${name}`, identity, { startedAt });
}

/** How far the named publisher has followed the store; null when it never did. */
export async function checkpointOf(bus: EventBus, name: string): Promise<string | null> {
  const table = await bus.openTable(TOPICS.checkpoints);
  try {
    const entry = table.get(name);
    return entry === undefined ? null : (JSON.parse(entry.value.toString('utf8')) as CheckpointEntry).position;
  } finally {
    await table.close();
  }
}
