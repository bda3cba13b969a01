import type { Groups } from './groups';
import type { RecordLog } from './record-log';
import type { Topic } from './topic';

/** Rows that one pass takes from one topic: a slice small enough to go unnoticed. */
const SLICE = 500;

export interface CleanupOptions {
  /** How long a superseded record stays, so that a reader near the head sees every change. Default one minute. */
  compactionLagMs?: number;
  /** How long a tombstone stays, so that a reader that was away sees it. Default 24 hours. */
  tombstoneRetentionMs?: number;
}

interface Superseded {
  offset: number;
  dueMs: number;
}

interface Compaction {
  scanned: number;
  newest: Map<string, number>;
  superseded: Superseded[];
  tombstones: Superseded[];
}

/**
 * Physical removal of what topics no longer keep: superseded records and old tombstones of compacted ones, what is past
 * its retention of the others. Retention never removes what a living group has yet to handle; a group is dead when
 * nobody was a member of it for 7 days.
 */
export class Cleanup {
  /** Of compacted topics: where the scan stands, each key's newest record, what is to go when. */
  private readonly compactions = new Map<number, Compaction>();

  constructor(
    private readonly log: RecordLog,
    private readonly groups: Groups,
    private readonly nowMs: () => number,
    private readonly options: CleanupOptions,
  ) {}

  /** One pass over one topic; run it in a transaction. Returns whether there is more to do at once. */
  pass(topic: Topic): boolean {
    return topic.cleanup === 'compact' ? this.compact(topic) : this.expire(topic);
  }

  /** Forgets what it knows of compacted topics, after a transaction of it was undone. */
  forget(): void {
    this.compactions.clear();
  }

  private expire(topic: Topic): boolean {
    if (topic.retentionMs === undefined) return false;
    const below = this.groups.consumedUpTo(topic);
    const upTo = this.log.expiredUpTo(topic.id, this.nowMs() - topic.retentionMs, below, SLICE);
    if (upTo === undefined) return false;
    this.log.keepNextOffset(topic.id, topic.end);
    this.log.removeBelow(topic.id, upTo);
    return true;
  }

  private compact(topic: Topic): boolean {
    const fresh: Compaction = { scanned: 0, newest: new Map(), superseded: [], tombstones: [] };
    const state = this.compactions.get(topic.id) ?? fresh;
    this.compactions.set(topic.id, state);
    const records = this.log.keys(topic.id, state.scanned, SLICE);
    for (const { key, offset, tombstone, storedAtMs } of records) {
      const before = state.newest.get(key);
      const dueMs = this.nowMs() + (this.options.compactionLagMs ?? 60_000);
      if (before !== undefined) state.superseded.push({ offset: before, dueMs });
      state.newest.set(key, offset);
      state.scanned = offset + 1;
      if (!tombstone) continue;
      state.tombstones.push({ offset, dueMs: storedAtMs + (this.options.tombstoneRetentionMs ?? 24 * 3600 * 1000) });
    }
    const due = [...takeDue(state.superseded, this.nowMs()), ...takeDue(state.tombstones, this.nowMs())];
    if (due.length > 0) this.log.keepNextOffset(topic.id, topic.end);
    for (const { offset } of due) this.log.removeOne(topic.id, offset);
    return records.length === SLICE || due.length >= SLICE;
  }
}

function takeDue(queue: Superseded[], nowMs: number): Superseded[] {
  let count = 0;
  while (count < SLICE && count < queue.length && (queue[count]?.dueMs ?? Infinity) <= nowMs) count++;
  return queue.splice(0, count);
}
