import type { SqliteFile, SqlStatement } from './database';

/** One caller's part of a transaction. */
export interface Write {
  /** Rows it adds, at least 1: bounds how long one transaction holds the event loop. */
  rows: number;
  /**
   * Runs inside the transaction and returns what to do once it is durable. A write that is refused (a conflict, say)
   * has written nothing and returns the rejection of its caller: its neighbours are not touched.
   */
  apply: () => () => void;
  /** Nothing of it was stored. */
  failed: (cause: unknown) => void;
}

export interface GroupCommitterOptions {
  file: SqliteFile;
  /** Runs in every transaction after the writes, for what can wait for the next one. */
  beforeCommit?: () => void;
  /** After the commit, before the callers hear of it. */
  afterCommit?: () => void;
  /** Puts back what `apply` changed in memory. */
  afterRollback: () => void;
  /** How long the first write of a group waits for others; 0 gathers what comes in one turn of the event loop. */
  groupCommitMs?: number;
  /** Default 1000, about 10 ms. */
  maxRows?: number;
  /** How often a failed file is tried again, default 250. */
  probeMs?: number;
}

/** The file takes nothing now. The cause says why. */
export class WriteFailedError extends Error {
  constructor(cause: unknown) {
    super(`The file cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'WriteFailedError';
  }
}

/** Gathers the writes of many callers into one transaction with one fsync. */
export class GroupCommitter {
  private queue: Write[] = [];
  private scheduled: NodeJS.Immediate | NodeJS.Timeout | undefined;
  private probeTimer: NodeJS.Timeout | undefined;
  private failure: unknown;
  private available = true;
  private closed = false;
  private readonly listeners = new Set<(available: boolean) => void>();
  private readonly probe: SqlStatement<unknown>;
  private readonly begin: SqlStatement<unknown>;
  private readonly commit: SqlStatement<unknown>;

  constructor(private readonly options: GroupCommitterOptions) {
    const { file } = options;
    file.exec('CREATE TABLE IF NOT EXISTS write_probe (id INTEGER PRIMARY KEY, tries INTEGER NOT NULL)');
    this.probe = file.prepare(
      'INSERT INTO write_probe (id, tries) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET tries = tries + 1',
    );
    this.begin = file.prepare('BEGIN IMMEDIATE');
    this.commit = file.prepare('COMMIT');
  }

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

  /** Commits all that was submitted, now. */
  flush(): void {
    while (this.queue.length > 0) this.commitGroup();
  }

  close(): void {
    if (this.closed) return;
    this.flush();
    const wasAvailable = this.available;
    this.closed = true;
    this.cancelSchedule();
    clearInterval(this.probeTimer);
    if (wasAvailable) this.tell(false);
  }

  private schedule(): void {
    if (this.scheduled !== undefined) return;
    const run = () => {
      this.scheduled = undefined;
      this.commitGroup();
      if (this.queue.length > 0) this.schedule();
    };
    const waitMs = this.options.groupCommitMs ?? 0;
    this.scheduled = waitMs > 0 ? setTimeout(run, waitMs) : setImmediate(run);
  }

  private cancelSchedule(): void {
    clearImmediate(this.scheduled as NodeJS.Immediate);
    clearTimeout(this.scheduled as NodeJS.Timeout);
    this.scheduled = undefined;
  }

  private takeGroup(): Write[] {
    const maxRows = this.options.maxRows ?? 1000;
    let rows = 0;
    let count = 0;
    while (count < this.queue.length && rows < maxRows) rows += this.queue[count++].rows;
    return this.queue.splice(0, count);
  }

  private commitGroup(): void {
    const group = this.takeGroup();
    if (group.length === 0) return;
    const done: (() => void)[] = [];
    let applied = false;
    try {
      this.begin.run([]);
      for (const write of group) done.push(write.apply());
      applied = true;
      this.options.beforeCommit?.();
      this.commit.run([]);
    } catch (error) {
      this.rollBack();
      const culprit = applied || !isFaultOfTheWrite(error) ? undefined : group[done.length];
      if (culprit === undefined) return this.fail(error, group);
      // One bad write must not stop the others: hostile input could hold up every charger with it.
      this.queue.unshift(...group.filter((write) => write !== culprit));
      return culprit.failed(new WriteFailedError(error));
    }
    this.options.afterCommit?.();
    for (const settle of done) settle();
  }

  private rollBack(): void {
    try {
      if (this.options.file.inTransaction()) this.options.file.exec('ROLLBACK');
    } catch {
      // The probe finds out whether the file still works.
    }
    this.options.afterRollback();
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
    this.probeTimer = setInterval(() => this.tryAgain(), this.options.probeMs ?? 250);
    this.probeTimer.unref();
  }

  private tryAgain(): void {
    try {
      if (this.options.file.inTransaction()) this.options.file.exec('ROLLBACK');
      this.probe.run([]);
    } catch (error) {
      this.failure = error;
      return;
    }
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
function isFaultOfTheWrite(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return !code.startsWith('SQLITE_') || /^SQLITE_(CONSTRAINT|TOOBIG|MISMATCH|RANGE)/.test(code);
}
