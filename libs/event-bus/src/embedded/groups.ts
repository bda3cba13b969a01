import type { RecordLog } from './record-log';
import type { Topic } from './topic';

/** A group that nobody was a member of for so long no longer holds back retention (as in Kafka). */
const GROUP_EXPIRY_MS = 7 * 24 * 3600 * 1000;

interface GroupOffset {
  next: number;
  updatedAtMs: number;
}

export interface Member {
  /** Its turn to read the topic has come. */
  activate: () => void;
}

/** Committed offsets of all consumer groups, and who of a group reads a topic at the moment. */
export class Groups {
  private readonly offsets = new Map<string, Map<number, GroupOffset>>();
  private readonly members = new Map<string, Member[]>();
  private readonly waiters = new Map<string, { target: number; resolve: () => void }[]>();
  private dirty: { group: string; topic: number }[] = [];
  /** On their way to the disk. */
  private saving: { group: string; topic: number }[] = [];

  constructor(
    private readonly log: RecordLog,
    private readonly nowMs: () => number,
  ) {
    for (const row of log.offsets()) {
      this.of(row.member_group).set(row.topic, { next: row.next_offset, updatedAtMs: row.updated_at });
    }
  }

  committed(group: string, topic: Topic): number | undefined {
    return this.of(group).get(topic.id)?.next;
  }

  /** Takes effect at once, durable with the next transaction. */
  commit(group: string, topic: Topic, next: number): void {
    this.of(group).set(topic.id, { next, updatedAtMs: this.nowMs() });
    this.dirty.push({ group, topic: topic.id });
    const key = memberKey(group, topic);
    const waiters = this.waiters.get(key);
    if (waiters === undefined) return;
    for (const waiter of waiters.filter(({ target }) => target <= next)) waiter.resolve();
    this.waiters.set(
      key,
      waiters.filter(({ target }) => target > next),
    );
  }

  /** Resolves when some member of the group has handled everything below `target`. */
  reached(group: string, topic: Topic, target: number): Promise<void> {
    if ((this.committed(group, topic) ?? 0) >= target) return Promise.resolve();
    const key = memberKey(group, topic);
    const waiters = this.waiters.get(key) ?? [];
    this.waiters.set(key, waiters);
    return new Promise((resolve) => waiters.push({ target, resolve }));
  }

  hasUnsaved(): boolean {
    return this.dirty.length > 0;
  }

  /** Call for each transaction; `saved` or `notSaved` follows. */
  save(): void {
    this.saving = this.dirty;
    this.dirty = [];
    const latest = new Map(this.saving.map((entry) => [`${entry.topic} ${entry.group}`, entry]));
    for (const { group, topic } of latest.values()) {
      const offset = this.of(group).get(topic);
      if (offset === undefined) continue;
      this.log.saveOffset({ member_group: group, topic, next_offset: offset.next, updated_at: offset.updatedAtMs });
    }
  }

  saved(): void {
    this.saving = [];
  }

  notSaved(): void {
    this.dirty = [...this.saving, ...this.dirty];
    this.saving = [];
  }

  /** What lies below may be purged: every group that still lives has handled it. */
  consumedUpTo(topic: Topic): number {
    let lowest = topic.end;
    for (const [group, offsets] of this.offsets) {
      const offset = offsets.get(topic.id);
      if (offset === undefined) continue;
      const lives = this.members.has(memberKey(group, topic)) || offset.updatedAtMs > this.nowMs() - GROUP_EXPIRY_MS;
      if (lives) lowest = Math.min(lowest, offset.next);
    }
    return lowest;
  }

  /** The first member reads; the others wait for it to leave. Returns the function that leaves. */
  join(group: string, topic: Topic, member: Member): () => void {
    const key = memberKey(group, topic);
    const members = this.members.get(key) ?? [];
    this.members.set(key, members);
    members.push(member);
    if (members[0] === member) member.activate();
    return () => {
      const index = members.indexOf(member);
      if (index < 0) return;
      members.splice(index, 1);
      if (members.length === 0) this.members.delete(key);
      if (index === 0) members[0]?.activate();
    };
  }

  private of(group: string): Map<number, GroupOffset> {
    const offsets = this.offsets.get(group) ?? new Map<number, GroupOffset>();
    this.offsets.set(group, offsets);
    return offsets;
  }
}

function memberKey(group: string, topic: Topic): string {
  return `${topic.id} ${group}`;
}
