import type { StoredRecord } from '../port';
import type { WireFetched, WireMessage } from './wire';

/** A partition that is read, from a position on. */
export interface ReadPartition {
  topic: string;
  partition: number;
  /** The next offset to fetch. */
  position: number;
  /** Takes more records now: false holds back the fetching. */
  wants(): boolean;
  /** `position` is past the records, and past what is not for readers (ends of transactions, aborted records). */
  deliver(records: StoredRecord[], position: number): void;
}

/** What a fetch gave for one partition, without what is not for readers. */
export function readable(topic: string, fetched: WireFetched, from: number): { records: StoredRecord[]; next: number } {
  const { partition, messages } = fetched;
  const hidden = new AbortedTransactions(fetched);
  const records: StoredRecord[] = [];
  let next = from;
  for (const message of messages) {
    const offset = Number(message.offset);
    // Counted to the end of its batch: the last records of a batch may be gone by compaction.
    const { firstOffset, lastOffsetDelta } = message.batchContext;
    next = Math.max(next, Number(firstOffset) + lastOffsetDelta + 1);
    if (offset < from || hidden.has(message)) continue;
    const { key, value, timestamp } = message;
    const headers = headersOf(message);
    records.push({
      topic,
      partition,
      offset,
      key: key?.toString() ?? '',
      value,
      headers,
      storedAtMs: Number(timestamp),
    });
  }
  return { records, next };
}

/** Follows which producers' transactions were aborted, while messages are passed in order. */
class AbortedTransactions {
  private readonly coming: { producerId: string; firstOffset: number }[];
  private readonly open = new Set<string>();

  constructor({ abortedTransactions }: WireFetched) {
    this.coming = abortedTransactions
      .map(({ producerId, firstOffset }) => ({ producerId, firstOffset: Number(firstOffset) }))
      .sort((one, other) => one.firstOffset - other.firstOffset);
  }

  has({ offset, isControlRecord, batchContext }: WireMessage): boolean {
    while (this.coming.length > 0 && this.coming[0]!.firstOffset <= Number(offset)) {
      this.open.add(this.coming.shift()!.producerId);
    }
    if (isControlRecord) {
      // The end of a transaction, one way or the other.
      this.open.delete(batchContext.producerId);
      return true;
    }
    return batchContext.inTransaction && this.open.has(batchContext.producerId);
  }
}

function headersOf({ headers }: WireMessage): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    // Kafka allows a name twice; the last one counts.
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last) texts[name] = last.toString();
  }
  return texts;
}
