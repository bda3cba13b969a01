import type { StoredRecord, SubscribeOptions } from '../port';
import type { ReadPartition } from './read-partition';
import { Bell, backoffMs, pause } from './timing';

const DEFAULT_BATCH = 500;
/** Fetched and not yet handled, of one partition: beyond it nothing more is fetched. */
const MOST_BUFFERED_BYTES = 4 * 1024 * 1024;

/** Hands the records of one partition to the handler, in order, and knows up to where they are finished. */
export class PartitionConsumer implements ReadPartition {
  /** Everything below is finished. */
  finished: number;
  private buffer: StoredRecord[] = [];
  private bufferedBytes = 0;
  private readonly bell = new Bell();
  private readonly stopping = new AbortController();
  private lastHandedMs = 0;
  private readonly maxBatch: number;
  private done: Promise<void> | null = null;

  constructor(
    readonly topic: string,
    readonly partition: number,
    public position: number,
    private readonly options: SubscribeOptions,
    private readonly hooks: { onProgress: () => void; onRoom: () => void },
  ) {
    this.finished = position;
    this.maxBatch = options.maxBatchSize ?? DEFAULT_BATCH;
  }

  start(): void {
    this.done ??= this.run();
  }

  /** Waits for the handler under way; it is not called again. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.bell.ring();
    await this.done;
  }

  wants(): boolean {
    return this.buffer.length < this.maxBatch * 4 && this.bufferedBytes < MOST_BUFFERED_BYTES;
  }

  deliver(records: StoredRecord[], position: number): void {
    this.position = position;
    for (const record of records) this.bufferedBytes += record.value?.length ?? 0;
    this.buffer.push(...records);
    this.bell.ring();
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      if (this.buffer.length === 0) {
        // Also past what no reader is given: the ends of transactions.
        this.advance(this.position);
        await this.bell.wait();
        continue;
      }
      await this.gather();
      if (this.stopping.signal.aborted) return;
      const batch = this.buffer.splice(0, this.maxBatch);
      for (const record of batch) this.bufferedBytes -= record.value?.length ?? 0;
      this.hooks.onRoom();
      this.lastHandedMs = Date.now();
      if (!(await this.handle(batch))) return;
      this.advance(batch.at(-1)!.offset + 1);
    }
  }

  /** Under load waits for more, so that batches are few and large. */
  private async gather(): Promise<void> {
    const until = this.lastHandedMs + (this.options.gatherMs ?? 0);
    while (this.buffer.length < this.maxBatch && !this.stopping.signal.aborted) {
      const leftMs = until - Date.now();
      if (leftMs <= 0) return;
      await this.bell.wait(leftMs);
    }
  }

  /** Until the handler takes them; false when told to stop before it did. */
  private async handle(batch: readonly StoredRecord[]): Promise<boolean> {
    for (let attempt = 0; ; attempt++) {
      try {
        await this.options.handle(batch);
        return true;
      } catch (error) {
        this.options.onError?.(error, batch);
        await pause(backoffMs(attempt, 100, 5_000), this.stopping.signal);
        if (this.stopping.signal.aborted) return false;
      }
    }
  }

  private advance(next: number): void {
    if (next <= this.finished) return;
    this.finished = next;
    this.hooks.onProgress();
  }
}
