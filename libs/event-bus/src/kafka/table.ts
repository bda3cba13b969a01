import type { CompactedTable, StoredRecord, TableEntry } from '../port';
import type { KafkaConnection } from './connection';
import { FetchLoop } from './fetch-loop';
import { earliestOffsets, endOffsets } from './offsets';
import type { KafkaLogger } from './options';
import type { ReadPartition } from './read-partition';

type Listener = (key: string, entry: TableEntry | undefined) => void;

/** Reads a compacted topic whole and follows it, without a consumer group: nothing is left behind on the brokers. */
export class KafkaTable implements CompactedTable {
  private readonly copy = new Map<string, TableEntry>();
  private readonly listeners = new Set<Listener>();
  private fetching: FetchLoop | null = null;

  private rejectClosed: (error: Error) => void = () => undefined;
  private readonly closed = new Promise<never>((_, reject) => (this.rejectClosed = reject));

  constructor(
    private readonly connection: KafkaConnection,
    private readonly topic: string,
    private readonly logger: KafkaLogger,
    private readonly onClose: () => void,
  ) {
    this.closed.catch(() => undefined);
  }

  /** Resolves when the copy has everything that was on the topic at the call. Once. */
  load(): Promise<void> {
    return Promise.race([this.readToTheEnd(), this.closed]);
  }

  get(key: string): TableEntry | undefined {
    return this.copy.get(key);
  }

  entries(): IterableIterator<TableEntry> {
    return this.copy.values();
  }

  size(): number {
    return this.copy.size;
  }

  onChange(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.listeners.clear();
    this.rejectClosed(new Error('The table was closed before it was loaded.'));
    await this.fetching?.stop();
    this.onClose();
    await this.connection.close();
  }

  private async readToTheEnd(): Promise<void> {
    const { topic } = this;
    await this.connection.refresh(topic);
    const earliest = (await earliestOffsets(this.connection, [topic])).get(topic)!;
    // To the very end, also where a transaction is about to end.
    const ends = (await endOffsets(this.connection, [topic])).get(topic)!;
    const missing = new Set([...ends.keys()].filter((partition) => earliest.get(partition)! < ends.get(partition)!));
    await new Promise<void>((resolve) => {
      if (missing.size === 0) resolve();
      const partitions = [...ends.keys()].map((partition): ReadPartition => ({
        topic,
        partition,
        position: earliest.get(partition)!,
        wants: () => true,
        deliver: (records, position) => {
          for (const record of records) this.apply(record);
          if (position >= ends.get(partition)! && missing.delete(partition) && missing.size === 0) resolve();
        },
      }));
      this.fetching = new FetchLoop(this.connection, partitions, this.logger);
    });
  }

  private apply({ key, value, headers, offset }: StoredRecord): void {
    const entry = value === null ? undefined : { key, value, headers, offset };
    if (entry) this.copy.set(key, entry);
    else this.copy.delete(key);
    for (const listener of [...this.listeners]) listener(key, entry);
  }
}
