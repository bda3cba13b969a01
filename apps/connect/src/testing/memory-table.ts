import type { CompactedTable, TableEntry } from '@chargestream/event-bus';

/** A compacted table that tests write to directly. */
export class MemoryTable implements CompactedTable {
  private readonly rows = new Map<string, TableEntry>();
  private readonly listeners = new Set<(key: string, entry: TableEntry | undefined) => void>();
  private offset = 0;

  put(key: string, value: unknown): void {
    const entry = { key, value: Buffer.from(JSON.stringify(value)), headers: {}, offset: this.offset++ };
    this.rows.set(key, entry);
    for (const listener of this.listeners) listener(key, entry);
  }

  remove(key: string): void {
    this.rows.delete(key);
    for (const listener of this.listeners) listener(key, undefined);
  }

  get(key: string): TableEntry | undefined {
    return this.rows.get(key);
  }

  entries(): IterableIterator<TableEntry> {
    return this.rows.values();
  }

  size(): number {
    return this.rows.size;
  }

  onChange(listener: (key: string, entry: TableEntry | undefined) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
