import { Follower } from '@chargestream/embedded-sqlite';
import type { StoredRecord, SubscribeOptions, Subscription } from '../port';
import type { Groups } from './groups';
import type { Topic } from './topic';

const DEFAULT_BATCH = 500;

export interface SubscriptionContext {
  groups: Groups;
  /** Makes the committed offsets durable. */
  saveOffsets: () => Promise<void>;
  /** Sees to it that they become so before long. */
  saveOffsetsSoon: () => void;
}

/** Reads each of its topics with a follower of its own, while it is the member of its group whose turn it is. */
export class EmbeddedSubscription implements Subscription {
  private readonly parts: { topic: Topic; follower: Follower<StoredRecord>; leave: () => void; unlisten: () => void }[];
  private closing: Promise<void> | undefined;
  private rejectClosed: (error: Error) => void = () => undefined;
  private readonly closed = new Promise<never>((_, reject) => (this.rejectClosed = reject));

  constructor(
    private readonly options: SubscribeOptions,
    topics: readonly Topic[],
    private readonly context: SubscriptionContext,
    private readonly onClose: () => void,
  ) {
    this.closed.catch(() => undefined);
    this.parts = topics.map((topic) => this.join(topic));
  }

  async caughtUp(): Promise<void> {
    // Another member of the group may have the topic: its commits count.
    const reached = this.parts.map(({ topic }) => this.context.groups.reached(this.options.group, topic, topic.end));
    await Promise.race([Promise.all(reached), this.closed]);
    await this.context.saveOffsets();
  }

  lag(): Promise<number> {
    const lags = this.parts.map(
      ({ topic }) => topic.end - (this.context.groups.committed(this.options.group, topic) ?? 0),
    );
    return Promise.resolve(lags.reduce((sum, lag) => sum + lag, 0));
  }

  close(): Promise<void> {
    this.closing ??= this.closeOnce();
    return this.closing;
  }

  private async closeOnce(): Promise<void> {
    await Promise.all(
      this.parts.map(async ({ follower, leave, unlisten }) => {
        unlisten();
        await follower.close();
        leave();
      }),
    );
    this.rejectClosed(new Error('The subscription was closed before it had caught up.'));
    this.onClose();
    // Offsets that cannot be saved now make records come again: delivery is at least once.
    await this.context.saveOffsets().catch(() => undefined);
  }

  private join(topic: Topic) {
    const { group, from, handle, onError, maxBatchSize = DEFAULT_BATCH, gatherMs } = this.options;
    const { groups, saveOffsetsSoon } = this.context;
    const commit = (next: number) => {
      groups.commit(group, topic, next);
      saveOffsetsSoon();
    };
    // A group's beginning is kept: `latest` means the end at the first subscription, not at the latest restart.
    if (groups.committed(group, topic) === undefined) commit(from === 'earliest' ? 0 : topic.end);
    const follower = new Follower<StoredRecord>({
      start: () => groups.committed(group, topic) ?? 0,
      read: (next) => topic.read(next, maxBatchSize),
      handle,
      handled: (_records, next) => commit(next),
      onError: (error, records) => onError?.(error, records),
      gatherMs,
      backlogFrom: maxBatchSize,
    });
    const unlisten = topic.onCommitted(() => follower.wake());
    const leave = groups.join(group, topic, { activate: () => follower.run() });
    return { topic, follower, leave, unlisten };
  }
}
