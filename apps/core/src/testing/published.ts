import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chargerStream, TOPIC_SPECS, type ChargerEvent } from '@chargestream/contracts';
import { validatingBus, validatingStore } from '@chargestream/contracts/validation';
import type { EventBus, StoredRecord } from '@chargestream/event-bus';
import { openEmbeddedEventBus } from '@chargestream/event-bus/embedded';
import type { EventStore } from '@chargestream/event-store';
import { openEmbeddedEventStore } from '@chargestream/event-store/embedded';
import { AggregateStore } from '../aggregates/aggregate-store';
import { decideAndAppend } from '../aggregates/unit-of-work';
import { decideChargerEvent } from '../charger-events/decide-charger-event';
import { checkpointOf, runPublisher, type StorePublisher } from '../publishers/publisher';
import { aborted } from '../timers';

/** A bus and a store without the rest of core: what chargers report is stored, and publishers are run on it. */
export class PublisherHarness {
  readonly errors: unknown[] = [];
  private aggregates!: AggregateStore;

  private constructor(
    readonly bus: EventBus,
    readonly store: EventStore,
    private readonly folder: string,
  ) {}

  static async open(): Promise<PublisherHarness> {
    const folder = await mkdtemp(join(tmpdir(), 'publishers-'));
    const bus = validatingBus<EventBus>(await openEmbeddedEventBus({ path: join(folder, 'bus.db') }));
    await bus.ensureTopics(TOPIC_SPECS);
    const store = validatingStore<EventStore>(await openEmbeddedEventStore({ path: join(folder, 'store.db') }));
    const harness = new PublisherHarness(bus, store, folder);
    harness.aggregates = new AggregateStore(store, 1_000);
    return harness;
  }

  async close(): Promise<void> {
    await this.bus.close();
    await this.store.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Stores what core makes of the events, one after the other. */
  async report(...events: readonly ChargerEvent[]): Promise<void> {
    for (const event of events) {
      const last = chargerStream(event.tenantId, event.chargerId);
      await decideAndAppend(this.aggregates, immediately, (unit) => decideChargerEvent(unit, event), { last });
    }
  }

  /** Runs a publisher on `bus` until `signal` aborts. */
  run(create: () => StorePublisher, signal: AbortSignal, bus = this.bus, store = this.store): Promise<void> {
    const onError = (error: unknown) => void this.errors.push(error);
    // Who was fenced pauses for seconds: longer than any test.
    const pause = (ms: number) => (ms < 5_000 ? immediately() : aborted(signal));
    return runPublisher({ bus, store, create, signal, clock: Date.now, pause, onError });
  }

  /** Runs a publisher until everything that is stored is published. */
  async publish(create: () => StorePublisher, bus = this.bus, store = this.store): Promise<void> {
    const stop = new AbortController();
    const running = this.run(create, stop.signal, bus, store);
    await this.published(create());
    stop.abort();
    await running;
  }

  /** Resolves when the checkpoint is past everything that is stored now. */
  async published({ name, streamPrefixes }: StorePublisher): Promise<void> {
    let last: string | null = null;
    for await (const { position } of this.store.readAll({ streamPrefixes })) last = position;
    if (last === null) return;
    for (;;) {
      const at = await checkpointOf(this.bus, name);
      if (at !== null && this.store.comparePositions(at, last) >= 0) return;
      await immediately();
    }
  }

  async records(topic: string): Promise<StoredRecord[]> {
    const records: StoredRecord[] = [];
    const handle = async (batch: readonly StoredRecord[]) => void records.push(...batch);
    const group = `look-${Math.random()}`;
    const subscription = await this.bus.subscribe({ group, topics: [topic], from: 'earliest', handle });
    await subscription.caughtUp();
    await subscription.close();
    return records;
  }

  /** What is on a topic, read as JSON. */
  async events<T>(topic: string): Promise<T[]> {
    return (await this.records(topic)).map(({ value }) => JSON.parse(String(value)) as T);
  }
}

/** Pauses of tests: the others get their turn, no time passes. */
function immediately(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
