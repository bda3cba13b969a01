import type { TopicSpec } from '../port';
import { PROBE_TOPIC, type KafkaConnection } from './connection';
import type { KafkaSettings } from './options';
import { endOffsets } from './offsets';
import { backoffMs, pause } from './timing';
import { errorType } from './wire';

const TOPIC_RESOURCE = 2;
/** Of a setting made for this topic, not inherited from the brokers. */
const OWN_SETTING = 1;
const DAY_MS = 24 * 60 * 60 * 1000;
const DEADLINE_MS = 30_000;

/** Creates and adjusts topics; never shrinks or deletes. */
export class Topics {
  constructor(
    private readonly connection: KafkaConnection,
    private readonly settings: KafkaSettings,
  ) {}

  async ensure(specs: readonly TopicSpec[]): Promise<void> {
    const missing: TopicSpec[] = [];
    for (const spec of specs) {
      if (await this.exists(spec.name)) await this.adjust(spec);
      else missing.push(spec);
    }
    if (missing.length > 0) await this.create(missing);
  }

  /** Where availability is probed: a partition for each broker, and records that are soon gone. */
  async createProbe(): Promise<void> {
    const partitions = Math.min(3, Math.max(this.settings.brokers.length, this.connection.nodeIds().length));
    await this.create([{ name: PROBE_TOPIC, cleanup: 'delete', retentionMs: DAY_MS / 24, partitions }]);
  }

  private async exists(topic: string): Promise<boolean> {
    try {
      await this.connection.refresh(topic);
      return true;
    } catch (error) {
      if (errorType(error) === 'UNKNOWN_TOPIC_OR_PARTITION') return false;
      throw error;
    }
  }

  private async create(specs: readonly TopicSpec[]): Promise<void> {
    const replicationFactor = this.replicationFactor();
    const topics = specs.map((spec) => ({
      topic: spec.name,
      numPartitions: spec.partitions ?? 1,
      replicationFactor,
      configEntries: Object.entries(topicConfig(spec, replicationFactor)).map(([name, value]) => ({ name, value })),
    }));
    const deadline = Date.now() + DEADLINE_MS;
    for (let attempt = 0; ; attempt++) {
      try {
        // One by one: kafkajs tells of an error, but not of which topic.
        for (const topic of topics) await this.createOne(topic);
        break;
      } catch (error) {
        // With fewer brokers than copies just now, the missing ones may be about to come back.
        if (Date.now() > deadline) throw error;
        await pause(backoffMs(attempt));
      }
    }
    for (const { topic, numPartitions } of topics) await this.untilReady(topic, numPartitions, deadline);
  }

  private async createOne(topic: {
    topic: string;
    numPartitions: number;
    replicationFactor: number;
    configEntries: { name: string; value: string }[];
  }): Promise<void> {
    try {
      const controller = await this.connection.controller();
      await controller.createTopics({ topics: [topic], timeout: 5_000 });
    } catch (error) {
      const first = (error as { errors?: unknown[] }).errors?.[0] ?? error;
      if (errorType(first) !== 'TOPIC_ALREADY_EXISTS') throw first;
    }
  }

  /** Brokers hear of a new topic one after the other. */
  private async untilReady(topic: string, partitions: number, deadline: number): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      await this.connection.refresh(topic).catch(() => undefined);
      const count = this.connection.partitionCount(topic);
      const led = Array.from({ length: count }, (_, partition) => this.connection.leader(topic, partition));
      if (count > 0 && led.every((leader) => leader !== undefined)) return;
      if (Date.now() > deadline) throw new Error(`Topic ${topic} has ${count} of ${partitions} partitions ready.`);
      await pause(backoffMs(attempt, 20));
    }
  }

  private async adjust(spec: TopicSpec): Promise<void> {
    const retention = topicConfig(spec, 1)['retention.ms'];
    if (retention !== undefined) await this.adjustRetention(spec.name, retention);
    if ((spec.partitions ?? 1) > this.connection.partitionCount(spec.name)) await this.addPartitions(spec);
  }

  private async adjustRetention(name: string, retention: string): Promise<void> {
    const controller = await this.connection.controller();
    const { resources } = await controller.describeConfigs({ resources: [{ type: TOPIC_RESOURCE, name }] });
    const entries = resources[0]?.configEntries ?? [];
    const current = entries.find(({ configName }) => configName === 'retention.ms')?.configValue;
    if (current === retention) return;
    // The request replaces all settings of the topic: what others have set is written again.
    const kept = entries.filter(
      ({ configSource, configName }) => configSource === OWN_SETTING && configName !== 'retention.ms',
    );
    const configEntries = kept.map(({ configName, configValue }) => ({ name: configName, value: configValue }));
    configEntries.push({ name: 'retention.ms', value: retention });
    await controller.alterConfigs({ resources: [{ type: TOPIC_RESOURCE, name, configEntries }] });
    this.settings.logger.info({ topic: name, from: current, to: retention }, 'Changed the retention of a topic');
  }

  /** Keys move to other partitions then, so the order of a key would break: only a topic without records grows. */
  private async addPartitions({ name, partitions = 1 }: TopicSpec): Promise<void> {
    const count = this.connection.partitionCount(name);
    const ends = (await endOffsets(this.connection, [name])).get(name)!;
    if ([...ends.values()].some((offset) => offset > 0)) {
      const details = { topic: name, partitions: count, wanted: partitions };
      this.settings.logger.warn(
        details,
        'A topic with records is not given more partitions: its keys would lose their order',
      );
      return;
    }
    const controller = await this.connection.controller();
    await controller.createPartitions({ topicPartitions: [{ topic: name, count: partitions }], timeout: 5_000 });
    const deadline = Date.now() + DEADLINE_MS;
    while (this.connection.partitionCount(name) < partitions) await this.untilReady(name, partitions, deadline);
  }

  private replicationFactor(): number {
    const brokers = Math.max(this.settings.brokers.length, this.connection.nodeIds().length);
    return this.settings.replicationFactor ?? Math.min(3, brokers);
  }
}

/** The settings of a topic, as Kafka names them. */
export function topicConfig(spec: TopicSpec, replicationFactor: number): Record<string, string> {
  return {
    'cleanup.policy': spec.cleanup,
    'min.insync.replicas': replicationFactor >= 3 ? '2' : '1',
    // The broker's clock: retention must not depend on the clocks of those who write.
    'message.timestamp.type': 'LogAppendTime',
    ...(spec.cleanup === 'delete'
      ? { 'retention.ms': String(spec.retentionMs ?? -1) }
      : // A compacted topic is read whole at each start: it is compacted early, its newest part within a day.
        { 'min.cleanable.dirty.ratio': '0.2', 'segment.ms': String(DAY_MS) }),
  };
}
