import { BusUnavailableError, type SubscribeOptions, type Subscription } from '../port';
import type { KafkaConnection } from './connection';
import { FetchLoop } from './fetch-loop';
import { GroupMember, type Assignment, type Membership, type Subscriber } from './group-member';
import type { GroupProgress } from './group-progress';
import { earliestOffsets, endOffsets, type Offsets } from './offsets';
import type { KafkaSettings } from './options';
import { PartitionConsumer } from './partition-consumer';
import { pause, within } from './timing';

/** Between commits of one member; the records in between come again after a crash. */
const COMMIT_EVERY_MS = 50;
/** How long a subscription that is closed waits for its offsets to be saved. */
const LAST_COMMIT_MS = 3_000;
const HEARTBEAT_MS = 500;
const GROWTH_EVERY_MS = 30_000;

/** A member of a consumer group that handles the partitions it is given, each on its own. */
export class KafkaSubscription implements Subscription {
  private readonly member: GroupMember;
  private consumers: PartitionConsumer[] = [];
  private fetching: FetchLoop | null = null;
  private readonly committed = new Map<PartitionConsumer, number>();
  private committing: Promise<void> | null = null;
  private closing: Promise<void> | null = null;
  private readonly closed = new AbortController();
  private tellJoined: () => void = () => undefined;
  private rejectJoined: (error: Error) => void = () => undefined;
  /** Resolves when the group has taken this member in and its positions are known. */
  readonly joined = new Promise<void>((resolve, reject) => {
    this.tellJoined = resolve;
    this.rejectJoined = reject;
  });
  private readonly growthWatch: NodeJS.Timeout;

  constructor(
    private readonly connection: KafkaConnection,
    private readonly progress: GroupProgress,
    private readonly options: SubscribeOptions,
    private readonly settings: KafkaSettings,
    private readonly onClose: () => void,
  ) {
    const { group, topics } = options;
    this.member = new GroupMember(connection, {
      group,
      topics,
      sessionTimeoutMs: settings.sessionTimeoutMs,
      rebalanceTimeoutMs: settings.rebalanceTimeoutMs,
      heartbeatMs: HEARTBEAT_MS,
      logger: settings.logger,
      share: (members) => this.share(members),
      onJoined: (membership) => this.begin(membership),
      onLeft: (lost) => this.end(lost),
    });
    this.joined.catch(() => undefined);
    this.growthWatch = setInterval(() => void this.lookForGrowth(), GROWTH_EVERY_MS);
    this.growthWatch.unref();
    this.member.start();
  }

  caughtUp(): Promise<void> {
    return this.progress.caughtUp(this.options.group, this.options.topics, this.closed.signal);
  }

  lag(): Promise<number> {
    return this.progress.lag(this.options.group, this.options.topics);
  }

  close(): Promise<void> {
    this.closing ??= this.closeOnce();
    return this.closing;
  }

  private async closeOnce(): Promise<void> {
    clearInterval(this.growthWatch);
    // At once: no handler is called after this.
    await Promise.all([this.member.close(), ...this.consumers.map((consumer) => consumer.stop())]);
    this.closed.abort();
    this.rejectJoined(new BusUnavailableError('The subscription was closed before its group took it in.'));
    this.onClose();
    await this.connection.close();
  }

  /** Partitions that were added are shared out before long. */
  private async lookForGrowth(): Promise<void> {
    const before = this.countPartitions();
    await Promise.allSettled(this.options.topics.map((topic) => this.connection.refresh(topic)));
    if (this.countPartitions() > before) this.member.shareAnew();
  }

  private countPartitions(): number {
    return this.options.topics.reduce((sum, topic) => sum + this.connection.partitionCount(topic), 0);
  }

  /** The partitions of all topics in turn, each to a member that handles its topic. */
  private async share(members: readonly Subscriber[]): Promise<Map<string, Assignment>> {
    const topics = [...new Set(members.flatMap((member) => member.topics))].sort();
    await Promise.all(topics.map((topic) => this.connection.refresh(topic)));
    const inOrder = [...members].sort((one, other) => (one.memberId < other.memberId ? -1 : 1));
    const shares = new Map<string, Assignment>(members.map(({ memberId }) => [memberId, {}]));
    let turn = 0;
    for (const topic of topics) {
      const able = inOrder.filter((member) => member.topics.includes(topic));
      for (let partition = 0; partition < this.connection.partitionCount(topic); partition++) {
        const share = shares.get(able[turn++ % able.length]!.memberId)!;
        (share[topic] ??= []).push(partition);
      }
    }
    return shares;
  }

  private async begin({ assignment }: Membership): Promise<void> {
    const topics = Object.keys(assignment);
    await Promise.all(topics.map((topic) => this.connection.refresh(topic)));
    const positions = await this.positions(assignment);
    const hooks = { onProgress: () => this.commitSoon(), onRoom: () => this.fetching?.wake() };
    this.committed.clear();
    this.consumers = topics.flatMap((topic) =>
      assignment[topic]!.map((partition) => {
        const start = positions.get(topic)!.get(partition)!;
        return new PartitionConsumer(topic, partition, start, this.options, hooks);
      }),
    );
    // A group's beginning is kept: `latest` means the end at the first subscription, not at the latest restart.
    await this.commit();
    this.fetching = new FetchLoop(this.connection, this.consumers, this.settings.logger);
    for (const consumer of this.consumers) consumer.start();
    this.tellJoined();
  }

  private async end(lost: boolean): Promise<void> {
    const { consumers } = this;
    await this.fetching?.stop();
    this.fetching = null;
    await Promise.all(consumers.map((consumer) => consumer.stop()));
    // Offsets that cannot be saved now make records come again: delivery is at least once.
    const saved = this.lastCommit(lost).catch(() => undefined);
    // Only who does not come back may leave a commit behind: a late one would take the offsets of the next membership back.
    await (this.closing === undefined
      ? saved
      : within(LAST_COMMIT_MS, 'The last commit', saved).catch(() => undefined));
    this.consumers = [];
  }

  private async lastCommit(lost: boolean): Promise<void> {
    await this.committing;
    if (!lost && this.consumers.length > 0) await this.commit();
  }

  /** Where to go on: as committed, or where the group begins. */
  private async positions(assignment: Assignment): Promise<Offsets> {
    const topics = Object.keys(assignment);
    const committed = await this.progress.committed(this.options.group, topics);
    const isNew = (topic: string, partition: number) => (committed.get(topic)?.get(partition) ?? -1) < 0;
    const anyNew = topics.some((topic) => assignment[topic]!.some((partition) => isNew(topic, partition)));
    if (!anyNew) return committed;
    const [earliest, latest] = await Promise.all([
      earliestOffsets(this.connection, topics),
      endOffsets(this.connection, topics),
    ]);
    for (const topic of topics) {
      const offsets = committed.get(topic) ?? new Map<number, number>();
      // A partition that was added to a topic the group reads already is read from its beginning.
      const grown = [...offsets.values()].some((offset) => offset >= 0);
      const start = (this.options.from === 'earliest' || grown ? earliest : latest).get(topic)!;
      for (const partition of assignment[topic]!) {
        if (isNew(topic, partition)) offsets.set(partition, start.get(partition)!);
      }
      committed.set(topic, offsets);
    }
    return committed;
  }

  private commitSoon(): void {
    this.committing ??= this.commitLoop().finally(() => {
      this.committing = null;
      // What was finished while the loop was about to end.
      if (this.fetching && this.hasUncommitted()) this.commitSoon();
    });
  }

  private hasUncommitted(): boolean {
    return this.consumers.some((one) => this.committed.get(one) !== one.finished);
  }

  private async commitLoop(): Promise<void> {
    const { consumers } = this;
    while (consumers === this.consumers && this.hasUncommitted()) {
      try {
        await this.commit();
      } catch (error) {
        // It is tried again with the next progress, or another member has the partition.
        this.settings.logger.debug({ group: this.options.group, error: (error as Error).message }, 'A commit failed');
        if (this.fetching === null) return;
        await pause(200);
      }
      if (this.fetching === null) return;
      await pause(COMMIT_EVERY_MS);
    }
  }

  private async commit(): Promise<void> {
    const changed = this.consumers
      .filter((one) => this.committed.get(one) !== one.finished)
      .map((one) => ({ one, offset: one.finished }));
    if (changed.length === 0) return;
    const offsets: Offsets = new Map();
    for (const { one, offset } of changed) {
      const ofTopic = offsets.get(one.topic) ?? new Map<number, number>();
      offsets.set(one.topic, ofTopic.set(one.partition, offset));
    }
    await this.member.commit(offsets);
    for (const { one, offset } of changed) this.committed.set(one, offset);
  }
}
