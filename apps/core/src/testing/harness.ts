import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  chargerEventRecord,
  chargerKey,
  inboxTopic,
  inboxTopicSpec,
  toBusRecord,
  tokenKey,
  TOPIC_SPECS,
  TOPICS,
  type ChargerEvent,
  type ConnectionEntry,
  type InboxCommand,
  type Intent,
  type Update,
} from '@chargestream/contracts';
import { validatingBus, validatingStore, type ContractViolationError } from '@chargestream/contracts/validation';
import type { CertificateSigner } from '@chargestream/certificates';
import type { EventBus, StoredRecord, Subscription } from '@chargestream/event-bus';
import { openEmbeddedEventBus } from '@chargestream/event-bus/embedded';
import type { EventStore, StoredEvent } from '@chargestream/event-store';
import { openEmbeddedEventStore } from '@chargestream/event-store/embedded';
import { openSqliteReadModel, type ReadModel } from '@chargestream/read-model';
import { CHARGER, TENANT } from '@chargestream/domain/testing';
import { Health, Metrics } from '@chargestream/service-kit';
import { startCore, type RunningCore } from '../start-core';
import { ManualTimers } from './manual-timers';

/** Nothing that is waited for takes so long, however busy the machine. */
const GIVE_UP_MS = 15_000;

/** A core on real embedded bus, store and read model in a temporary folder, which survives `restart`. */
export class Harness {
  readonly timers = new ManualTimers();
  readonly updates: Update[] = [];
  readonly inbox: InboxCommand[] = [];
  /** What core wrote, or tried to, against its contract. */
  private readonly violations: ContractViolationError[] = [];
  bus!: EventBus;
  store!: EventStore;
  readModel!: ReadModel;
  core: RunningCore | null = null;
  private folder!: string;
  private subscriptions: Subscription[] = [];
  readonly metrics = new Metrics();
  readonly health = new Health();
  /** Gives `metrics` to the next core; a registry takes each name only once. */
  measured = false;
  /** Of the next core; nobody signs certificates where it is not set. */
  signer: CertificateSigner | undefined;
  /** Lets a test stand between core and its store or bus. */
  wrapStore: (store: EventStore) => EventStore = (store) => store;

  private openBus = (): Promise<EventBus> => openEmbeddedEventBus({ path: join(this.folder, 'bus.db') });

  /** @param openBus another bus than the embedded one */
  static async open(openBus?: () => Promise<EventBus>): Promise<Harness> {
    const harness = new Harness();
    harness.openBus = openBus ?? harness.openBus;
    harness.folder = await mkdtemp(join(tmpdir(), 'core-'));
    await harness.openAll();
    return harness;
  }

  private async openAll(): Promise<void> {
    this.bus = await this.openBus();
    this.store = await openEmbeddedEventStore({ path: join(this.folder, 'store.db') });
    this.readModel = await openSqliteReadModel({ path: join(this.folder, 'read-model.db') });
    await this.bus.ensureTopics([...TOPIC_SPECS, inboxTopicSpec('connect-1')]);
    this.subscriptions.push(
      await this.follow<Update>(TOPICS.updates, (update) => this.updates.push(update)),
      await this.follow<InboxCommand>(inboxTopic('connect-1'), (command) => this.inbox.push(command)),
    );
  }

  private follow<T>(topic: string, take: (value: T) => void): Promise<Subscription> {
    const handle = async (records: readonly StoredRecord[]) => {
      for (const { value } of records) take(JSON.parse(String(value)) as T);
    };
    return this.bus.subscribe({ group: `test-${topic}`, topics: [topic], from: 'earliest', handle });
  }

  async start(): Promise<RunningCore> {
    const onViolation = (violation: ContractViolationError) => void this.violations.push(violation);
    this.core = await startCore({
      bus: validatingBus<EventBus>(this.bus, { onViolation }),
      store: validatingStore<EventStore>(this.wrapStore(this.store), { onViolation }),
      readModel: this.readModel,
      settings: { ocppCallTimeoutMs: 30_000 },
      ...(this.signer === undefined ? {} : { signer: this.signer }),
      clock: this.timers.clock,
      timers: this.timers,
      health: this.health,
      ...(this.measured ? { metrics: this.metrics } : {}),
    });
    return this.core;
  }

  async stop(): Promise<void> {
    await this.core?.close();
    this.core = null;
  }

  /** Closes everything and opens it again, as a new process would. */
  async restart(): Promise<RunningCore> {
    await this.closeAll();
    await this.openAll();
    return this.start();
  }

  private async closeAll(): Promise<void> {
    await this.stop();
    await Promise.all(this.subscriptions.splice(0).map((subscription) => subscription.close()));
    await this.bus.close();
    await this.store.close();
    await this.readModel.close();
  }

  async close(): Promise<void> {
    await this.closeAll();
    await rm(this.folder, { recursive: true, force: true });
    if (this.violations[0]) throw this.violations[0];
  }

  async report(...events: ChargerEvent[]): Promise<void> {
    await this.bus.publish(events.map((event) => chargerEventRecord(event, '/connect/connect-1')));
  }

  async intend(intent: Intent): Promise<void> {
    const key =
      intent.type === 'PutToken' || intent.type === 'RemoveToken'
        ? tokenKey(intent.tenantId, intent.data.idToken)
        : chargerKey(intent.tenantId, intent.chargerId);
    const identity = { id: intent.id, type: intent.type, source: '/api' };
    await this.bus.publish([toBusRecord(TOPICS.intents, key, identity, intent)]);
  }

  /** As connect does when a charger comes (the position's offset is the epoch) or goes. */
  async connection(state: 'open' | 'closed', epoch: number | null = null): Promise<number> {
    const entry: ConnectionEntry = {
      state,
      tenantId: TENANT,
      chargerId: CHARGER,
      instanceId: 'connect-1',
      connectionId: 'c',
      ocppVersion: '1.6',
      epoch,
      at: new Date(this.timers.clock()).toISOString(),
    };
    const key = chargerKey(TENANT, CHARGER);
    const identity = { id: `connection-${Math.random()}`, type: 'Connection', source: '/connect' };
    const [position] = await this.bus.publish([toBusRecord(TOPICS.connections, key, identity, entry)]);
    return position!.offset;
  }

  /** Everything published so far is stored, shown and told. */
  async settled(): Promise<void> {
    await this.core?.caughtUp();
    await Promise.all(this.subscriptions.map((subscription) => subscription.caughtUp()));
  }

  /** Resolves when the condition holds; it is looked at after each thing that settles. */
  async until(condition: () => boolean | Promise<boolean>): Promise<void> {
    const giveUpAtMs = Date.now() + GIVE_UP_MS;
    while (Date.now() < giveUpAtMs) {
      if (await condition()) return;
      await this.settled();
      await new Promise((resolve) => setImmediate(resolve));
    }
    throw new Error('What was waited for did not happen');
  }

  async stream(name: string): Promise<StoredEvent[]> {
    const events: StoredEvent[] = [];
    for await (const event of this.store.readStream(name)) events.push(event);
    return events;
  }

  async types(name: string): Promise<string[]> {
    return (await this.stream(name)).map(({ type }) => type);
  }

  async records(topic: string): Promise<StoredRecord[]> {
    const records: StoredRecord[] = [];
    const handle = async (batch: readonly StoredRecord[]) => void records.push(...batch);
    const subscription = await this.bus.subscribe({
      group: `look-${Math.random()}`,
      topics: [topic],
      from: 'earliest',
      handle,
    });
    await subscription.caughtUp();
    await subscription.close();
    return records;
  }
}
