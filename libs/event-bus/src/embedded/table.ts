import type { CompactedTable, StoredRecord, TableEntry } from '../port';
import type { Topic } from './topic';

/** A local copy of a compacted topic, changed in the same turn in which its topic's records become durable. */
export class EmbeddedTable implements CompactedTable {
  private readonly copy = new Map<string, TableEntry>();
  private readonly listeners = new Set<(key: string, entry: TableEntry | undefined) => void>();
  private readonly unlisten: () => void;
  /** What comes while the past is still being read. */
  private pending: StoredRecord[] | undefined = [];

  constructor(
    private readonly topic: Topic,
    private readonly onClose: () => void,
  ) {
    this.unlisten = topic.onCommitted((records) => {
      if (this.pending !== undefined) this.pending.push(...records);
      else for (const record of records) this.apply(record);
    });
  }

  /** Reads the topic page by page. */
  async load(): Promise<void> {
    const end = this.topic.end;
    for (let from = 0; from < end;) {
      const page = this.topic.read(from, 1000);
      for (const record of page.items) this.apply(record);
      from = page.next;
      await new Promise((resolve) => setImmediate(resolve));
    }
    const pending = this.pending ?? [];
    this.pending = undefined;
    for (const record of pending) this.apply(record);
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

  onChange(listener: (key: string, entry: TableEntry | undefined) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  close(): Promise<void> {
    this.unlisten();
    this.listeners.clear();
    this.onClose();
    return Promise.resolve();
  }

  private apply({ key, value, headers, offset }: StoredRecord): void {
    const entry = value === null ? undefined : { key, value, headers, offset };
    if (entry === undefined) this.copy.delete(key);
    else this.copy.set(key, entry);
    for (const listener of [...this.listeners]) listener(key, entry);
  }
}
