import { WriteFailedError } from '@chargestream/embedded-sqlite';
import { TransactionFailedError, type Operation, type Writer } from './writer';

/** One caller's part of a transaction. */
export interface Write {
  /** Records it adds, at least 1: bounds a transaction. */
  rows: number;
  /** Stages it in memory and returns what to write, and what to tell the caller once that is durable. */
  apply: () => { operations: readonly Operation[]; settle: () => void };
  /** Nothing of it was stored. */
  failed: (cause: unknown) => void;
}

export interface GroupCommitterOptions {
  writer: Writer;
  /** What else goes into every transaction: what the writes staged together, and what could wait for the next one. */
  beforeCommit: () => readonly Operation[];
  /** After the commit, before the callers hear of it. */
  afterCommit: () => void;
  /** Puts back what `apply` staged. */
  afterRollback: () => void;
  groupCommitMs?: number;
  /** Default 2000. */
  maxRows?: number;
  /** How often a failed file is tried again, default 250. */
  probeMs?: number;
}

const PROBE: readonly Operation[] = [['probe', []]];

/**
 * Gathers what arrives while the last transaction is on its way to the disk into the next one: one is under way at a
 * time, so callers keep their order and share an fsync.
 */
export class GroupCommitter {
  private queue: Write[] = [];
  private scheduled: NodeJS.Immediate | NodeJS.Timeout | undefined;
  private probeTimer: NodeJS.Timeout | undefined;
  private underWay: Promise<void> | undefined;
  private failure: unknown;
  private available = true;
  private closed = false;
  private readonly listeners = new Set<(available: boolean) => void>();

  constructor(private readonly options: GroupCommitterOptions) {}

  submit(write: Write): void {
    if (this.closed) return write.failed(new WriteFailedError('it is closed'));
    if (!this.available) return write.failed(new WriteFailedError(this.failure));
    this.queue.push(write);
    this.schedule();
  }

  isAvailable(): boolean {
    return this.available && !this.closed;
  }

  onAvailabilityChange(listener: (available: boolean) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Writes all that was submitted, then takes no more. */
  async close(): Promise<void> {
    if (this.closed) return;
    while (this.available && (this.underWay || this.queue.length > 0)) await (this.underWay ?? this.commitGroup());
    const wasAvailable = this.available;
    this.closed = true;
    clearImmediate(this.scheduled as NodeJS.Immediate);
    clearTimeout(this.scheduled as NodeJS.Timeout);
    clearInterval(this.probeTimer);
    if (wasAvailable) this.tell(false);
  }

  private schedule(): void {
    if (this.scheduled !== undefined || this.underWay || this.closed) return;
    const run = () => {
      this.scheduled = undefined;
      void this.commitGroup();
    };
    const waitMs = this.options.groupCommitMs ?? 0;
    this.scheduled = waitMs > 0 ? setTimeout(run, waitMs) : setImmediate(run);
  }

  private commitGroup(): Promise<void> {
    if (this.underWay) return this.underWay;
    const group = this.takeGroup();
    if (group.length === 0) return Promise.resolve();
    this.underWay = this.write(group).finally(() => {
      this.underWay = undefined;
      if (this.queue.length > 0) this.schedule();
    });
    return this.underWay;
  }

  private takeGroup(): Write[] {
    const maxRows = this.options.maxRows ?? 2000;
    let rows = 0;
    let count = 0;
    while (count < this.queue.length && rows < maxRows) rows += this.queue[count++]?.rows ?? 1;
    return this.queue.splice(0, count);
  }

  private async write(group: readonly Write[]): Promise<void> {
    const operations: Operation[] = [];
    const owners: Write[] = [];
    const settled: (() => void)[] = [];
    try {
      for (const write of group) {
        const applied = write.apply();
        settled.push(applied.settle);
        for (const operation of applied.operations) {
          operations.push(operation);
          owners.push(write);
        }
      }
      operations.push(...this.options.beforeCommit());
      await this.options.writer.commit(operations);
    } catch (error) {
      this.options.afterRollback();
      return this.undone(error, group, owners, settled.length);
    }
    this.options.afterCommit();
    for (const settle of settled) settle();
  }

  private undone(error: unknown, group: readonly Write[], owners: readonly Write[], applied: number): void {
    const culprit =
      error instanceof TransactionFailedError
        ? isFaultOfTheWrite(error)
          ? owners[error.operation]
          : undefined
        : group[applied];
    if (culprit === undefined) return this.fail(error, group);
    // One bad write must not stop the others: hostile input could hold up every charger with it.
    this.queue.unshift(...group.filter((write) => write !== culprit));
    culprit.failed(new WriteFailedError(error));
  }

  private fail(error: unknown, group: readonly Write[]): void {
    const wasAvailable = this.available;
    this.available = false;
    this.failure = error;
    const refused = [...group, ...this.queue];
    this.queue = [];
    const failure = new WriteFailedError(error);
    for (const write of refused) write.failed(failure);
    if (!wasAvailable || this.closed) return;
    this.tell(false);
    this.probeTimer = setInterval(() => void this.tryAgain(), this.options.probeMs ?? 250);
    this.probeTimer.unref();
  }

  private async tryAgain(): Promise<void> {
    try {
      await this.options.writer.commit(PROBE);
    } catch (error) {
      this.failure = error;
      return;
    }
    if (this.available || this.closed) return;
    clearInterval(this.probeTimer);
    this.available = true;
    this.failure = undefined;
    this.tell(true);
  }

  private tell(available: boolean): void {
    for (const listener of [...this.listeners]) listener(available);
  }
}

/** Whether it is about what was written and not about the file. */
function isFaultOfTheWrite({ code, operation }: TransactionFailedError): boolean {
  if (operation < 0) return false;
  return code === undefined || !code.startsWith('SQLITE_') || /^SQLITE_(CONSTRAINT|TOOBIG|MISMATCH|RANGE)/.test(code);
}
