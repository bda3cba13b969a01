import type { BusRecord, EventBus, RecordPosition } from '@chargestream/event-bus';

interface Waiting {
  records: readonly BusRecord[];
  resolve: (positions: RecordPosition[]) => void;
  reject: (error: unknown) => void;
}

/** How many records wait for the bus to come back, at most. The oldest go first. */
const MAX_OWED = 10_000;

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

  constructor(private readonly bus: EventBus) {}

  /** Resolves when the records are durable. Order is that of the calls. @throws what the bus threw. */
  publish(records: readonly BusRecord[]): Promise<RecordPosition[]> {
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
    try {
      const positions = await this.bus.publish(batch.flatMap(({ records }) => records));
      let from = 0;
      for (const { records, resolve } of batch) resolve(positions.slice(from, (from += records.length)));
    } catch (error) {
      for (const listener of this.failureListeners) listener(error);
      for (const { reject } of batch) reject(error);
    } finally {
      this.underway -= 1;
      if (this.underway === 0 && this.gathered.length === 0) for (const resolve of this.idle.splice(0)) resolve();
    }
  }
}
