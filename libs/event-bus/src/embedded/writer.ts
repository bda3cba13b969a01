import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { SqlValue } from '@chargestream/embedded-sqlite';

/** One statement of a transaction, by name, with its parameters. */
export type Operation = readonly [name: string, parameters: readonly SqlValue[]];

/** The transaction was undone. `operation` is the one that broke it, −1 when it was not one of them. */
export class TransactionFailedError extends Error {
  constructor(
    message: string,
    readonly code: string | undefined,
    readonly operation: number,
  ) {
    super(message);
    this.name = 'TransactionFailedError';
  }
}

interface Answer {
  id: number;
  error?: { message: string; code?: string };
  failedOp?: number;
}

/** Writes on a thread of its own, so that waiting for the disk does not hold up the event loop. */
export class Writer {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  private nextId = 1;
  private gone: Error | undefined;

  /** The file exists and has its tables. */
  constructor(file: string, statements: Record<string, string>, pragmas: string) {
    this.worker = new Worker(path.join(__dirname, 'writer.worker.cjs'), {
      workerData: { path: file, statements, pragmas, libsql: require.resolve('libsql') },
      execArgv: [],
    });
    this.worker.on('message', (answer: Answer) => this.answered(answer));
    this.worker.on('error', (error) => this.lost(error));
    this.worker.on('exit', () => this.lost(new Error('the writing thread ended')));
    this.worker.unref();
  }

  /** Resolves when all of them are durable. @throws TransactionFailedError when none is. */
  commit(operations: readonly Operation[]): Promise<void> {
    return this.post({ ops: operations });
  }

  /** Finishes what was handed over. */
  async close(): Promise<void> {
    if (this.gone) return;
    await this.post({}).catch(() => undefined); // lost on the way out: there is nothing left to close
    await this.worker.terminate();
  }

  private post(message: { ops?: readonly Operation[] }): Promise<void> {
    if (this.gone) return Promise.reject(new TransactionFailedError(this.gone.message, undefined, -1));
    return new Promise((resolve, reject) => {
      const id = this.nextId++;
      this.waiting.set(id, { resolve, reject });
      // A process must not end while somebody waits for a receipt.
      this.worker.ref();
      this.worker.postMessage({ id, ...message }, transferable(message.ops));
    });
  }

  private answered({ id, error, failedOp }: Answer): void {
    const caller = this.waiting.get(id);
    this.waiting.delete(id);
    if (this.waiting.size === 0) this.worker.unref();
    if (error) caller?.reject(new TransactionFailedError(error.message, error.code, failedOp ?? -1));
    else caller?.resolve();
  }

  private lost(error: Error): void {
    this.gone ??= error;
    for (const { reject } of this.waiting.values()) reject(new TransactionFailedError(error.message, undefined, -1));
    this.waiting.clear();
  }
}

/** Segments are handed over without a copy; each has memory of its own. */
function transferable(operations: readonly Operation[] = []): ArrayBuffer[] {
  return operations.flatMap(([name, parameters]) =>
    name === 'insertSegment' ? [(parameters[3] as Buffer).buffer as ArrayBuffer] : [],
  );
}
