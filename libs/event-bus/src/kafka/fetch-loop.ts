import type { KafkaConnection } from './connection';
import type { KafkaLogger } from './options';
import { earliestOffset } from './offsets';
import { readable, type ReadPartition } from './read-partition';
import { backoffMs, Bell, pause, within } from './timing';
import { errorType, ISOLATION, type WireFetched } from './wire';

/** How long a broker holds an answer when there is nothing new. */
const IDLE_WAIT_MS = 500;
/** And while partitions are held back: they want to be asked for again as soon as they have room. */
const BUSY_WAIT_MS = 10;
const MOST_BYTES = 8 * 1024 * 1024;
const MOST_BYTES_PER_PARTITION = 1024 * 1024;

/** Fetches partitions from whichever brokers lead them, one request at a time from each broker, until it is stopped. */
export class FetchLoop {
  private readonly stopping = new AbortController();
  private readonly loops = new Map<number, { bell: Bell; done: Promise<void> }>();
  /** In a request now: a partition that moves to another broker must not be read twice. */
  private readonly fetching = new Set<ReadPartition>();
  /** Gave nothing though there should be something: asked for alone, to know why. */
  private readonly suspicious = new Set<ReadPartition>();
  private readonly watch: NodeJS.Timeout;

  constructor(
    private readonly connection: KafkaConnection,
    private readonly partitions: readonly ReadPartition[],
    private readonly logger: KafkaLogger,
  ) {
    this.followLeaders();
    this.watch = setInterval(() => this.lookForLeaders(), 500);
  }

  /** A partition has room again. */
  wake(): void {
    for (const { bell } of this.loops.values()) bell.ring();
  }

  /** Nothing is delivered after this call. */
  async stop(): Promise<void> {
    clearInterval(this.watch);
    this.stopping.abort();
    this.wake();
    // An answer under way is dropped: who stops need not wait for a broker that hangs.
    await pause(0);
  }

  private followLeaders(): void {
    for (const { topic, partition } of this.partitions) {
      const nodeId = this.connection.leader(topic, partition);
      if (nodeId === undefined || this.loops.has(nodeId)) continue;
      const bell = new Bell();
      this.loops.set(nodeId, { bell, done: this.run(nodeId, bell) });
    }
  }

  private lookForLeaders(): void {
    const lost = this.partitions.filter(
      ({ topic, partition }) => this.connection.leader(topic, partition) === undefined,
    );
    for (const topic of new Set(lost.map((partition) => partition.topic))) this.refresh(topic);
    this.followLeaders();
  }

  private refresh(topic: string): void {
    this.connection.refresh(topic).then(
      () => {
        this.followLeaders();
        this.wake();
      },
      () => undefined,
    );
  }

  private async run(nodeId: number, bell: Bell): Promise<void> {
    for (let failures = 0; !this.stopping.signal.aborted;) {
      const led = this.partitions.filter(
        (one) => this.connection.leader(one.topic, one.partition) === nodeId && !this.fetching.has(one),
      );
      const wanting = led.filter((one) => one.wants());
      if (wanting.length === 0) {
        await bell.wait(1_000);
        continue;
      }
      const alone = wanting.find((one) => this.suspicious.has(one));
      const chosen = alone ? [alone] : wanting;
      const waitMs = wanting.length < led.length || this.suspicious.size > 0 ? BUSY_WAIT_MS : IDLE_WAIT_MS;
      for (const one of chosen) this.fetching.add(one);
      try {
        await this.fetch(nodeId, chosen, waitMs);
        failures = 0;
      } catch (error) {
        await this.recover(chosen, error);
        await pause(backoffMs(failures++), this.stopping.signal);
      } finally {
        for (const one of chosen) this.fetching.delete(one);
      }
    }
  }

  private async fetch(nodeId: number, chosen: readonly ReadPartition[], waitMs: number): Promise<void> {
    const asked = new Map(chosen.map((one) => [one, one.position]));
    const broker = await this.connection.broker(nodeId);
    const topics = new Map<string, ReadPartition[]>();
    for (const one of chosen) topics.set(one.topic, [...(topics.get(one.topic) ?? []), one]);
    const answer = await within(
      10_000,
      'Fetching',
      broker.fetch({
        isolationLevel: ISOLATION.readCommitted,
        maxWaitTime: waitMs,
        minBytes: 1,
        maxBytes: MOST_BYTES,
        topics: [...topics].map(([topic, ofTopic]) => ({
          topic,
          partitions: ofTopic.map(({ partition, position }) => ({
            partition,
            fetchOffset: String(position),
            maxBytes: MOST_BYTES_PER_PARTITION,
          })),
        })),
      }),
    );
    if (this.stopping.signal.aborted) return;
    const fetched = new Map<string, WireFetched>();
    for (const { topicName, partitions } of answer.responses) {
      for (const one of partitions) fetched.set(`${topicName}/${one.partition}`, one);
    }
    for (const [one, position] of asked) {
      const answered = fetched.get(`${one.topic}/${one.partition}`);
      if (answered && one.position === position) this.deliver(one, answered, chosen.length === 1);
    }
  }

  private deliver(one: ReadPartition, fetched: WireFetched, alone: boolean): void {
    const { records, next } = readable(one.topic, fetched, one.position);
    if (next > one.position) {
      this.suspicious.delete(one);
      one.position = next;
      one.deliver(records, next);
    } else if (fetched.messages.length === 0 && one.position < Number(fetched.lastStableOffset)) {
      // Either the answer was full, or compaction has left an empty batch here: asked for alone, only that is possible.
      if (alone && this.suspicious.has(one)) {
        one.position++;
        one.deliver([], one.position);
      }
      this.suspicious.add(one);
    } else this.suspicious.delete(one);
  }

  private async recover(chosen: readonly ReadPartition[], error: unknown): Promise<void> {
    if (this.stopping.signal.aborted) return;
    this.logger.debug({ error: (error as Error).message, type: errorType(error) }, 'A fetch failed');
    if (errorType(error) === 'OFFSET_OUT_OF_RANGE') await this.skipLost(chosen, error).catch(() => undefined);
    for (const topic of new Set(chosen.map((one) => one.topic))) this.refresh(topic);
  }

  /** What was to be read next has been deleted: its retention was over. */
  private async skipLost(chosen: readonly ReadPartition[], error: unknown): Promise<void> {
    const { topic, partition } = error as { topic?: string; partition?: number };
    const one = chosen.find((candidate) => candidate.topic === topic && candidate.partition === partition);
    if (!one) return;
    const earliest = await earliestOffset(this.connection, one.topic, one.partition);
    const details = { topic, partition, position: one.position, earliest };
    this.logger.warn(details, 'Records were deleted before they were read: reading goes on at the oldest there is');
    one.position = earliest;
    one.deliver([], earliest);
  }
}
