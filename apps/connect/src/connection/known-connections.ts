import type { ConnectionEntry } from '@chargestream/contracts';
import type { CompactedTable, TableEntry } from '@chargestream/event-bus';

/** One record of the connections table, as it is to be read. */
export interface KnownConnection {
  entry: ConnectionEntry;
  offset: number;
  /** Of an open one: where its first record came to lie, whatever repeats it. */
  epoch: number;
  /** Put on record by this very process. */
  ours: boolean;
}

/** Header of the records of connections: which boot of the instance wrote it. */
export const BOOT_ID = 'boot_id';

/** So many connections are remembered; one that is repeated later than that counts as new. */
const REMEMBERED = 50_000;

/** Reads the connections table so that records which come again change nothing. */
export class KnownConnections {
  private readonly epochs = new Map<string, number>();

  constructor(
    private readonly table: CompactedTable,
    private readonly bootId: string,
  ) {
    for (const entry of table.entries()) this.read(entry);
  }

  get(key: string): KnownConnection | undefined {
    const entry = this.table.get(key);
    return entry && this.read(entry);
  }

  *entries(): IterableIterator<KnownConnection> {
    for (const entry of this.table.entries()) yield this.read(entry);
  }

  /** @returns the function that stops it. */
  onChange(listener: (key: string, known: KnownConnection) => void): () => void {
    return this.table.onChange((key, entry) => {
      if (entry) listener(key, this.read(entry));
    });
  }

  private read({ value, offset, headers }: TableEntry): KnownConnection {
    const entry = JSON.parse(value.toString('utf8')) as ConnectionEntry;
    const ours = headers[BOOT_ID] === this.bootId;
    if (entry.state === 'closed') return { entry, offset, epoch: entry.epoch ?? offset, ours };
    return { entry, offset, epoch: entry.epoch ?? this.firstOffset(entry.connectionId, offset), ours };
  }

  private firstOffset(connectionId: string, offset: number): number {
    const first = this.epochs.get(connectionId);
    if (first !== undefined) return first;
    this.epochs.set(connectionId, offset);
    if (this.epochs.size > REMEMBERED) this.epochs.delete(this.epochs.keys().next().value as string);
    return offset;
  }
}
