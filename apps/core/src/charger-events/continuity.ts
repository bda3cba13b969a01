import type { StoredRecord } from '@chargestream/event-bus';
import type { AsOf } from '../aggregates/aggregate-store';

/**
 * Tells since when this process alone has handled a partition's records, and so has alone written to the streams of its
 * chargers. While each batch begins where the last one ended nobody else can have had any between them. After a gap (a
 * rebalance, or just a hole in the log) a new time begins, and states are looked at again before they are relied on.
 */
export class Continuity {
  private readonly partitions = new Map<string, { nextOffset: number; time: number }>();
  private times = 0;

  /** Before a batch is handled. */
  asOf(records: readonly StoredRecord[]): AsOf {
    const first = records[0];
    if (first === undefined) return 'newest';
    const key = `${first.topic}/${first.partition}`;
    const known = this.partitions.get(key);
    if (known?.nextOffset === first.offset) return known.time;
    const time = ++this.times;
    // A batch that fails comes again and begins at the same place.
    this.partitions.set(key, { nextOffset: first.offset, time });
    return time;
  }

  /** After a batch was handled. */
  handled(records: readonly StoredRecord[]): void {
    const last = records.at(-1);
    const known = last && this.partitions.get(`${last.topic}/${last.partition}`);
    if (last && known) known.nextOffset = last.offset + 1;
  }
}
