import { TOPICS } from '@chargestream/contracts';
import { BusUnavailableError, type BusRecord, type CompactedTable, type EventBus } from '@chargestream/event-bus';
import type { Pause } from '../timers';
import { compareLetters, originalKey, parksItsKey, readLetter, type Letter } from './letter';

/** How long the table may take to show what was written to its topic, ms. */
const SHOWN_WITHIN_MS = 30_000;

/** All letters there are, by the key of the record: a copy of the dead letters' topic. */
export class LetterTable {
  private byKey = new Map<string, Map<string, Letter>>();
  private readonly awaited = new Map<string, (seen: 'there' | 'gone') => void>();
  private refreshing: { now: Promise<void>; next: Promise<void> | null } | null = null;
  private unlisten: () => void = () => undefined;

  private constructor(
    private readonly bus: EventBus,
    private readonly pause: Pause,
    private table: CompactedTable,
  ) {
    this.follow(table);
  }

  static async open(bus: EventBus, pause: Pause): Promise<LetterTable> {
    return new LetterTable(bus, pause, await bus.openTable(TOPICS.deadLetters));
  }

  /** What holds up the records of a key, and waits behind, in the order in which it came. */
  parked(key: string): Letter[] {
    const letters = this.byKey.get(key);
    return letters === undefined ? [] : [...letters.values()].filter(parksItsKey).sort(compareLetters);
  }

  parkedKeys(): number {
    let count = 0;
    for (const letters of this.byKey.values()) if ([...letters.values()].some(parksItsKey)) count += 1;
    return count;
  }

  /** Writes letters and the ends of letters, and resolves when this table shows them. */
  async write(records: readonly BusRecord[]): Promise<void> {
    const done = new AbortController();
    const shown = records.map(
      ({ key, value }) =>
        new Promise<void>((resolve) =>
          this.awaited.set(key, (seen) => {
            if (seen === (value === null ? 'gone' : 'there')) resolve();
          }),
        ),
    );
    try {
      await this.bus.publish(records);
      const late = this.pause(SHOWN_WITHIN_MS, done.signal).then(() => {
        if (done.signal.aborted) return;
        throw new BusUnavailableError(`${TOPICS.deadLetters} does not show what was written to it`);
      });
      await Promise.race([Promise.all(shown), late]);
    } finally {
      done.abort();
      for (const { key } of records) this.awaited.delete(key);
    }
  }

  /** Resolves when the table shows everything that was in the topic at the call, whoever wrote it. */
  async refresh(): Promise<void> {
    if (this.refreshing === null) {
      const refreshing = { now: this.openAgain(), next: null as Promise<void> | null };
      this.refreshing = refreshing;
      return refreshing.now.finally(() => (this.refreshing = null));
    }
    // The one under way may have begun to read too early.
    this.refreshing.next ??= this.refreshing.now.catch(() => undefined).then(() => this.refresh());
    return this.refreshing.next;
  }

  async close(): Promise<void> {
    this.unlisten();
    await this.table.close();
  }

  private async openAgain(): Promise<void> {
    const older = this.table;
    const table = await this.bus.openTable(TOPICS.deadLetters);
    this.unlisten();
    this.table = table;
    this.byKey = new Map();
    this.follow(table);
    await older.close();
  }

  private follow(table: CompactedTable): void {
    for (const entry of table.entries()) this.apply(entry.key, readLetter(entry));
    this.unlisten = table.onChange((key, entry) => {
      this.apply(key, entry === undefined ? null : readLetter(entry));
      this.awaited.get(key)?.(entry === undefined ? 'gone' : 'there');
    });
    for (const [key, seen] of this.awaited) seen(table.get(key) === undefined ? 'gone' : 'there');
  }

  private apply(id: string, letter: Letter | null): void {
    const key = originalKey(id);
    const letters = this.byKey.get(key);
    if (letter === null) {
      letters?.delete(id);
      if (letters?.size === 0) this.byKey.delete(key);
    } else if (letters === undefined) this.byKey.set(key, new Map([[id, letter]]));
    else letters.set(id, letter);
  }
}
