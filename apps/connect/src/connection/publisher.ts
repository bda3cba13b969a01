import type { BusRecord, EventBus, RecordPosition } from '@chargestream/event-bus';

interface Waiting {
  records: readonly BusRecord[];
  resolve: (positions: RecordPosition[]) => void;
  reject: (error: unknown) => void;
}

/** How many records wait for the bus to come back, at most. The oldest go first. */
const MAX_OWED = 10_000;

/** Of what the bus has not acknowledged. */
export interface Unacknowledged {
  records: number;
  bytes: number;
}

/**
 * Where "too much is under way" begins. Far more than a bus that keeps up ever has (it takes tens of thousands a second, within
 * milliseconds), so that holding costs no throughput. Few enough that one that still takes 5,000 a second gets through within a
 * second, before records count as stuck (Kafka's `unavailableAfterMs`), and far below where the bus refuses (`maxQueuedBytes`).
 */
export const MOST_UNACKNOWLEDGED: Unacknowledged = { records: 5_000, bytes: 8 * 1024 * 1024 };
/** About what the headers of a record take. They are not counted one by one: this is the hot path. */
const HEADER_BYTES = 256;

/**
 * Everything connect puts on the bus goes through here. What arrives in one turn of the event loop becomes one publish, so that
 * hundreds of chargers share a commit, and a failure is told once so that everything can fail closed.
 */
export class Publisher {
  private gathered: Waiting[] = [];
  private scheduled = false;
  private underway = 0;
  private idle: (() => void)[] = [];
  /** Facts that no receipt depends on, but that must not be forgotten: closes and outcomes of commands. */
  private owed: BusRecord[] = [];
  private readonly failureListeners = new Set<(error: unknown) => void>();
  private readonly fullListeners = new Set<(full: boolean) => void>();
  private unacknowledgedRecords = 0;
  private unacknowledgedBytes = 0;
  private full = false;

  constructor(
    private readonly bus: EventBus,
    private readonly most: Unacknowledged = MOST_UNACKNOWLEDGED,
  ) {}

  /** What was handed over and is neither stored nor refused. */
  get unacknowledged(): Unacknowledged {
    return { records: this.unacknowledgedRecords, bytes: this.unacknowledgedBytes };
  }

  /** Resolves when the records are durable. Order is that of the calls. @throws what the bus threw. */
  publish(records: readonly BusRecord[]): Promise<RecordPosition[]> {
    this.count(records);
    return new Promise((resolve, reject) => {
      this.gathered.push({ records, resolve, reject });
      if (this.scheduled) return;
      this.scheduled = true;
      setImmediate(() => void this.flush());
    });
  }

  /** Like `publish`, but what fails is kept and published by `payOwed`. Never rejects. */
  async publishEventually(records: readonly BusRecord[]): Promise<void> {
    try {
      await this.publish(records);
    } catch {
      this.owed.push(...records);
      this.owed.splice(0, Math.max(0, this.owed.length - MAX_OWED));
    }
  }

  /** Call when the bus is back. */
  async payOwed(): Promise<void> {
    const records = this.owed.splice(0);
    if (records.length > 0) await this.publishEventually(records);
  }

  /** Told of every publish that failed. */
  onFailure(listener: (error: unknown) => void): void {
    this.failureListeners.add(listener);
  }

  /** Told true when too much is unacknowledged, within `publish`; and false when half of that is left. Nothing is refused. */
  onFull(listener: (full: boolean) => void): void {
    this.fullListeners.add(listener);
  }

  /** Resolves when nothing is gathered or under way. */
  async settled(): Promise<void> {
    if (this.gathered.length === 0 && this.underway === 0) return;
    await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  private async flush(): Promise<void> {
    this.scheduled = false;
    const batch = this.gathered;
    this.gathered = [];
    this.underway += 1;
    const all = batch.flatMap(({ records }) => records);
    try {
      const positions = await this.bus.publish(all);
      let from = 0;
      for (const { records, resolve } of batch) resolve(positions.slice(from, (from += records.length)));
    } catch (error) {
      for (const listener of this.failureListeners) listener(error);
      for (const { reject } of batch) reject(error);
    } finally {
      this.underway -= 1;
      this.discount(all);
      if (this.underway === 0 && this.gathered.length === 0) for (const resolve of this.idle.splice(0)) resolve();
    }
  }

  private count(records: readonly BusRecord[]): void {
    this.unacknowledgedRecords += records.length;
    for (const record of records) this.unacknowledgedBytes += bytesOf(record);
    const { most } = this;
    if (this.full || (this.unacknowledgedRecords < most.records && this.unacknowledgedBytes < most.bytes)) return;
    this.tellFull(true);
  }

  private discount(records: readonly BusRecord[]): void {
    this.unacknowledgedRecords -= records.length;
    for (const record of records) this.unacknowledgedBytes -= bytesOf(record);
    const { most } = this;
    if (!this.full || this.unacknowledgedRecords > most.records / 2 || this.unacknowledgedBytes > most.bytes / 2)
      return;
    this.tellFull(false);
  }

  private tellFull(full: boolean): void {
    this.full = full;
    for (const listener of this.fullListeners) listener(full);
  }
}

function bytesOf({ key, value }: BusRecord): number {
  return HEADER_BYTES + key.length + (value?.length ?? 0);
}
