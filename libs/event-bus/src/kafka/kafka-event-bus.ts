import {
  BusUnavailableError,
  type BusRecord,
  type Candidacy,
  type CompactedTable,
  type EventBus,
  type LeadOptions,
  type RecordPosition,
  type SubscribeOptions,
  type Subscription,
  type TopicSpec,
} from '../port';
import { AtomicWriter } from './atomic-writer';
import { Availability } from './availability';
import { KafkaCandidacy } from './candidacy';
import { KafkaConnection, PROBE_TOPIC } from './connection';
import { GroupProgress } from './group-progress';
import { settingsOf, type KafkaEventBusOptions, type KafkaSettings } from './options';
import { RecordProducer } from './producer';
import { KafkaSubscription } from './subscription';
import { KafkaTable } from './table';
import { backoffMs, pause, within } from './timing';
import { Topics } from './topics';

/**
 * Opens the bus on Apache Kafka. Waits until a broker takes records.
 * @throws BusUnavailableError when none does within `connectTimeoutMs`.
 */
export async function openKafkaEventBus(options: KafkaEventBusOptions): Promise<EventBus> {
  const settings = settingsOf(options);
  const deadline = Date.now() + settings.connectTimeoutMs;
  for (let attempt = 0; ; attempt++) {
    const connection = new KafkaConnection(settings);
    try {
      const topics = new Topics(connection, settings);
      await connection.connectFirst(() => topics.createProbe());
      await connection.refresh(PROBE_TOPIC);
      const bus = new KafkaEventBus(connection, settings);
      await bus.ready(Math.max(1_000, deadline - Date.now()));
      return bus;
    } catch (error) {
      await connection.close();
      const reason = (error as Error).message;
      if (Date.now() > deadline) {
        const message = `Kafka at ${settings.brokers.join(', ')} cannot be used: ${reason}. Is it running, and are TLS and credentials right?`;
        throw new BusUnavailableError(message, { cause: error });
      }
      settings.logger.warn({ brokers: settings.brokers, error: reason }, 'Kafka is not there yet: trying again');
      await pause(backoffMs(attempt, 100, 1_000));
    }
  }
}

/** How long records may still wait to be stored once the bus is told to close. */
const CLOSE_PATIENCE_MS = 4_000;

class KafkaEventBus implements EventBus {
  private readonly topics: Topics;
  private readonly producer: RecordProducer;
  private readonly availability: Availability;
  private readonly progress: GroupProgress;
  private readonly writers = new Map<string, AtomicWriter>();
  /** Transactions under way. */
  private readonly writing = new Set<Promise<void>>();
  private readonly open = new Set<{ close(): Promise<void> }>();
  private closing: Promise<void> | null = null;

  constructor(
    private readonly connection: KafkaConnection,
    private readonly settings: KafkaSettings,
  ) {
    this.topics = new Topics(connection, settings);
    this.producer = new RecordProducer(connection, settings);
    this.availability = new Availability(connection, this.producer, settings);
    this.progress = new GroupProgress(connection);
  }

  /** Resolves when a probe was stored. */
  async ready(timeoutMs: number): Promise<void> {
    try {
      await within(timeoutMs, 'Storing a first record', this.availability.probe());
      if (!this.availability.isAvailable()) throw new Error('the brokers store nothing now');
    } catch (error) {
      this.availability.close();
      void this.producer.close();
      throw error;
    }
  }

  async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    this.checkOpen();
    try {
      await this.topics.ensure(topics);
    } catch (error) {
      throw new BusUnavailableError(`Topics could not be created: ${(error as Error).message}`, { cause: error });
    }
  }

  publish(records: readonly BusRecord[]): Promise<RecordPosition[]> {
    return this.producer.publish(records);
  }

  publishAtomically(name: string, records: readonly BusRecord[]): Promise<void> {
    if (this.closing) return Promise.reject(new BusUnavailableError('The bus is closed.'));
    let writer = this.writers.get(name);
    if (!writer) this.writers.set(name, (writer = new AtomicWriter(name, this.connection, this.settings)));
    const written = writer.publish(records);
    this.writing.add(written);
    const done = () => this.writing.delete(written);
    written.then(done, done);
    return written;
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    const connection = await this.connect();
    try {
      await untilKnown(connection, options.topics);
    } catch (error) {
      await connection.close();
      throw new BusUnavailableError((error as Error).message, { cause: error });
    }
    const subscription: KafkaSubscription = new KafkaSubscription(
      connection,
      this.progress,
      options,
      this.settings,
      () => this.open.delete(subscription),
    );
    this.open.add(subscription);
    try {
      const { rebalanceTimeoutMs, connectTimeoutMs } = this.settings;
      await within(rebalanceTimeoutMs + connectTimeoutMs, `Joining the group ${options.group}`, subscription.joined);
      return subscription;
    } catch (error) {
      await subscription.close();
      throw new BusUnavailableError(`Group ${options.group}: ${(error as Error).message}`, { cause: error });
    }
  }

  async lead(options: LeadOptions): Promise<Candidacy> {
    const connection = await this.connect();
    const candidacy: KafkaCandidacy = new KafkaCandidacy(connection, options, this.settings, () =>
      this.open.delete(candidacy),
    );
    this.open.add(candidacy);
    return candidacy;
  }

  async openTable(topic: string): Promise<CompactedTable> {
    const connection = await this.connect();
    const table: KafkaTable = new KafkaTable(connection, topic, this.settings.logger, () => this.open.delete(table));
    this.open.add(table);
    try {
      await untilKnown(connection, [topic]);
      await table.load();
      return table;
    } catch (error) {
      await table.close();
      throw new BusUnavailableError(`Table ${topic} could not be read: ${(error as Error).message}`, { cause: error });
    }
  }

  isAvailable(): boolean {
    return this.availability.isAvailable();
  }

  onAvailabilityChange(listener: (available: boolean) => void): () => void {
    return this.availability.onChange(listener);
  }

  close(): Promise<void> {
    this.closing ??= this.closeOnce();
    return this.closing;
  }

  private async closeOnce(): Promise<void> {
    this.availability.stopProbing();
    this.producer.hurry(CLOSE_PATIENCE_MS);
    // Handlers may publish until they are done.
    await Promise.all([...this.open].map((one) => one.close()));
    await Promise.allSettled(this.writing);
    this.availability.close();
    await this.producer.close();
    await this.connection.close();
  }

  /** A connection for one reader. */
  private async connect(): Promise<KafkaConnection> {
    this.checkOpen();
    const deadline = Date.now() + this.settings.connectTimeoutMs;
    for (let attempt = 0; ; attempt++) {
      const connection = new KafkaConnection(this.settings);
      try {
        await connection.connect();
        return connection;
      } catch (error) {
        await connection.close();
        if (Date.now() > deadline) {
          throw new BusUnavailableError(`Kafka does not answer: ${(error as Error).message}`, { cause: error });
        }
        await pause(backoffMs(attempt, 100, 1_000));
      }
    }
  }

  private checkOpen(): void {
    if (this.closing) throw new BusUnavailableError('The bus is closed.');
  }
}

/** Loads the metadata of the topics. A topic that was created a moment ago may not be known to every broker yet. */
async function untilKnown(connection: KafkaConnection, topics: readonly string[]): Promise<void> {
  const deadline = Date.now() + 3_000;
  for (let attempt = 0; ; attempt++) {
    try {
      return await connection.know(topics);
    } catch (error) {
      if (Date.now() > deadline) {
        const missing = topics.filter((topic) => connection.partitionCount(topic) === 0).join(', ');
        throw new Error(`There is no topic ${missing}, or its brokers do not answer: call ensureTopics first.`, {
          cause: error,
        });
      }
      await pause(backoffMs(attempt));
    }
  }
}
