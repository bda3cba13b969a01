import type { KafkaConnection } from './connection';
import { earliestOffsets, endOffsets, type Offsets } from './offsets';
import { pause, within } from './timing';

/** How far groups are, whichever members they have: committed offsets against the ends of topics. */
export class GroupProgress {
  constructor(private readonly connection: KafkaConnection) {}

  /** −1 where the group has committed nothing. */
  async committed(groupId: string, topics: readonly string[]): Promise<Offsets> {
    const offsets: Offsets = new Map();
    if (topics.length === 0) return offsets;
    await this.connection.know(topics);
    const coordinator = await this.connection.groupCoordinator(groupId);
    const asked = topics.map((topic) => ({
      topic,
      partitions: Array.from({ length: this.connection.partitionCount(topic) }, (_, partition) => ({ partition })),
    }));
    const answer = coordinator.offsetFetch({ groupId, topics: asked });
    const { responses } = await within(10_000, 'Reading committed offsets', answer).catch((error: unknown) => {
      this.connection.forgetCoordinators();
      throw error;
    });
    for (const { topic, partitions } of responses) {
      offsets.set(topic, new Map(partitions.map(({ partition, offset }) => [partition, Number(offset)])));
    }
    return offsets;
  }

  /** Records (and ends of transactions) that the group has not finished. */
  async lag(groupId: string, topics: readonly string[]): Promise<number> {
    const [ends, committed] = await Promise.all([
      endOffsets(this.connection, topics),
      this.committedOrEarliest(groupId, topics),
    ]);
    return behind(committed, ends);
  }

  /** Resolves when all that is on the topics now is finished and committed. */
  async caughtUp(groupId: string, topics: readonly string[], closed: AbortSignal): Promise<void> {
    let ends: Offsets | null = null;
    for (let waitMs = 10; ; waitMs = Math.min(200, waitMs * 1.5)) {
      if (closed.aborted) throw new Error('The subscription was closed before it had caught up.');
      try {
        ends ??= await endOffsets(this.connection, topics);
        if (behind(await this.committedOrEarliest(groupId, topics), ends) === 0) return;
      } catch {
        // A broker that is away for a moment: asked again.
      }
      await pause(waitMs, closed);
    }
  }

  private async committedOrEarliest(groupId: string, topics: readonly string[]): Promise<Offsets> {
    const committed = await this.committed(groupId, topics);
    if (![...committed.values()].some((offsets) => [...offsets.values()].includes(-1))) return committed;
    const earliest = await earliestOffsets(this.connection, topics);
    for (const [topic, offsets] of committed) {
      for (const [partition, offset] of offsets) {
        if (offset < 0) offsets.set(partition, earliest.get(topic)?.get(partition) ?? 0);
      }
    }
    return committed;
  }
}

function behind(committed: Offsets, ends: Offsets): number {
  let sum = 0;
  for (const [topic, offsets] of ends) {
    for (const [partition, end] of offsets) sum += Math.max(0, end - (committed.get(topic)?.get(partition) ?? 0));
  }
  return sum;
}
