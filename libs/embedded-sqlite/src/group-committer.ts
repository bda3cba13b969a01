import type { SqliteDatabase } from './database';

/**
 * Gathers writes that arrive within a tick into one transaction, so that they share one fsync.
 * Each write runs inside the transaction in the order it came; what it returns (or throws) is its caller's answer, told
 * only after the commit. A write that throws changes nothing itself and does not disturb its neighbours: it must throw
 * before it has written. When the commit fails, every caller of the group is rejected.
 */
export class GroupCommitter {
  private waiting: Write[] = [];
  private scheduled = false;

  constructor(
    private readonly database: SqliteDatabase,
    private readonly options: {
      /** At most this many writes in one transaction, so that the event loop is not held for long. */
      maxGroupSize?: number;
      /** Runs inside every transaction after the writes (offsets that ride along). */
      beforeCommit?: () => void;
      /** Told of each failed transaction, before its callers. */
      onFailure?: (error: unknown) => void;
      /** Told after each durable transaction, before its callers. */
      onCommitted?: () => void;
    } = {},
  ) {}

  /** Resolves with what `write` returned when that is durable. */
  submit<Result>(write: () => Result): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.waiting.push({ write, resolve: resolve as (result: unknown) => void, reject });
      this.schedule();
    });
  }

  /** Writes what is waiting now; for close. */
  flush(): void {
    while (this.waiting.length > 0) this.commitGroup();
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    // After the I/O of this turn: everything that arrived with it goes into the same transaction.
    setImmediate(() => {
      this.scheduled = false;
      this.commitGroup();
      if (this.waiting.length > 0) this.schedule();
    });
  }

  private commitGroup(): void {
    const group = this.waiting.splice(0, this.options.maxGroupSize ?? 512);
    if (group.length === 0) return;
    const answers: Answer[] = [];
    try {
      this.database.exec('BEGIN IMMEDIATE');
      for (const { write } of group) answers.push(outcomeOf(write));
      this.options.beforeCommit?.();
      this.database.exec('COMMIT');
    } catch (error) {
      this.rollBack();
      this.options.onFailure?.(error);
      for (const { reject } of group) reject(error);
      return;
    }
    this.options.onCommitted?.();
    group.forEach(({ resolve, reject }, index) => {
      const answer = answers[index] as Answer;
      if ('error' in answer) reject(answer.error);
      else resolve(answer.result);
    });
  }

  private rollBack(): void {
    try {
      if (this.database.inTransaction) this.database.exec('ROLLBACK');
    } catch {
      // The database is gone; the callers get the error that led here.
    }
  }
}

interface Write {
  write: () => unknown;
  resolve: (result: unknown) => void;
  reject: (error: unknown) => void;
}

type Answer = { result: unknown } | { error: unknown };

/** A refusal of one caller: its neighbours in the group are committed. Any other error fails the whole group. */
export class RefusedWrite extends Error {
  constructor(readonly reason: Error) {
    super(reason.message);
  }
}

function outcomeOf(write: () => unknown): Answer {
  try {
    return { result: write() };
  } catch (error) {
    if (error instanceof RefusedWrite) return { error: error.reason };
    throw error;
  }
}
