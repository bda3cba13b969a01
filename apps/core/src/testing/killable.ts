import {
  WriterFencedError,
  type BusRecord,
  type Candidacy,
  type CompactedTable,
  type EventBus,
  type LeadOptions,
  type StoredRecord,
  type SubscribeOptions,
  type Subscription,
} from '@chargestream/event-bus';
import type { EventStore, StoreSubscribeOptions, StoreSubscription } from '@chargestream/event-store';
import type { ReadModel } from '@chargestream/read-model';

/** Which process wrote last under each name: the embedded bus is one process and fences nobody. */
export class Fence {
  /** How often somebody was refused. */
  refusals = 0;
  private readonly writers = new Map<string, { process: KillableProcess; fenced: Set<KillableProcess> }>();

  /** @throws WriterFencedError when another process has written under this name since this one did. */
  pass(writer: string, process: KillableProcess): void {
    const known = this.writers.get(writer);
    if (known?.fenced.has(process)) {
      this.refusals += 1;
      throw new WriterFencedError(writer);
    }
    if (known?.process === process) return;
    this.writers.set(writer, {
      process,
      fenced: new Set([...(known?.fenced ?? []), ...(known ? [known.process] : [])]),
    });
  }
}

/**
 * Bus, store and read model as one process of several has them. Killed, it loses its roles and its share of the topics as by
 * SIGKILL, nothing it had under way is committed, and none of its calls ever comes back. Stalled, it loses the same, but
 * its calls wait for `wake`: then it goes on, not knowing that others have taken over.
 */
export class KillableProcess {
  private readonly memberships = new Set<{ close(): Promise<void> }>();
  private gone = false;
  private blocked: Promise<void> | null = null;
  private unblock: () => void = () => undefined;
  private lost: (error: Error) => void = () => undefined;
  private readonly loss = new Promise<never>((_, reject) => (this.lost = reject));
  readonly bus: EventBus;
  readonly store: EventStore;
  readonly readModel: ReadModel;

  constructor(
    { bus, store, readModel }: { bus: EventBus; store: EventStore; readModel: ReadModel },
    private readonly fence = new Fence(),
  ) {
    this.loss.catch(() => undefined);
    this.bus = this.wrap(bus, {
      publishAtomically: (writer: string, records: readonly BusRecord[]) => {
        this.fence.pass(writer, this);
        return bus.publishAtomically(writer, records);
      },
      subscribe: (options: SubscribeOptions) => this.subscribe(bus, options),
      lead: (options: LeadOptions) => this.lead(bus, options),
      openTable: (topic: string) => this.member<CompactedTable>(bus.openTable(topic)),
    });
    this.store = this.wrap(store, {
      subscribe: (options: StoreSubscribeOptions) =>
        this.member<StoreSubscription>(
          store.subscribe({
            ...options,
            handle: (events) => Promise.race([this.alive(() => options.handle(events)), this.loss]),
          }),
        ),
    });
    this.readModel = this.wrap(readModel, {});
  }

  async kill(): Promise<void> {
    this.stall();
    this.gone = true;
    await this.leave();
  }

  /** Roles and share of the topics go to others. */
  async stallAndLeave(): Promise<void> {
    this.stall();
    await this.leave();
  }

  wake(): void {
    this.blocked = null;
    this.unblock();
  }

  private stall(): void {
    this.blocked = new Promise((resolve) => (this.unblock = resolve));
  }

  private async leave(): Promise<void> {
    this.lost(new Error('This process is not heard of any more.'));
    await Promise.all([...this.memberships].map((membership) => membership.close()));
  }

  /** Nothing begins, and nothing is told to have ended, while this process is blocked. */
  private async alive<T>(work: () => Promise<T> | T): Promise<T> {
    while (this.blocked !== null) await this.blocked;
    try {
      return await work();
    } finally {
      while (this.blocked !== null) await this.blocked;
    }
  }

  private wrap<Port extends object>(port: Port, own: Record<string, (...args: never[]) => unknown>): Port {
    return new Proxy(port, {
      get: (target, name) => {
        const value: unknown = own[String(name)] ?? Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        const call = value.bind(target) as (...args: unknown[]) => unknown;
        if (['comparePositions', 'isAvailable', 'onAvailabilityChange'].includes(String(name))) return call;
        if (['readStream', 'readAll'].includes(String(name))) {
          return (...args: unknown[]) => this.read(() => call(...args) as AsyncIterable<unknown>);
        }
        return (...args: unknown[]) => this.alive(() => call(...args));
      },
    });
  }

  private async *read(open: () => AsyncIterable<unknown>): AsyncIterable<unknown> {
    for await (const one of open()) {
      await this.alive(() => undefined);
      yield one;
    }
  }

  private async subscribe(bus: EventBus, options: SubscribeOptions): Promise<Subscription> {
    const handle = (records: readonly StoredRecord[]) =>
      Promise.race([this.alive(() => options.handle(records)), this.loss]);
    return this.member(bus.subscribe({ ...options, handle }));
  }

  private lead(bus: EventBus, options: LeadOptions): Promise<Candidacy> {
    // A process that lost its role without hearing of it: its signal does not abort.
    const run = (signal: AbortSignal) => {
      const own = new AbortController();
      signal.addEventListener('abort', () => {
        if (this.blocked === null && !this.gone) own.abort();
      });
      return Promise.race([options.run(own.signal), this.loss]);
    };
    return this.member(bus.lead({ ...options, run }));
  }

  private async member<Membership extends { close(): Promise<void> }>(
    joining: Promise<Membership>,
  ): Promise<Membership> {
    const membership = await joining;
    this.memberships.add(membership);
    return membership;
  }
}
