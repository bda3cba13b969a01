import type { StoredRecord } from '@chargestream/event-bus';
import type { DeadLetterBatch } from './dead-letters';
import { compareLetters, letterId, replayOf, type Letter } from './letter';

/** The first record that could not be handled; those before it are. */
export interface Failure {
  index: number;
  error: unknown;
}

/** Handles records of one key one after the other, up to the first that never can be. @throws when trying again may help. */
export type HandleRecords = (records: readonly StoredRecord[]) => Promise<Failure | null>;

/** How many letters are handled together. */
const TOGETHER = 200;

/**
 * Handles the records of one key in their order. The first that cannot be handled is parked and parks its key: everything
 * that comes later goes behind it, until the letter is replayed with success or discarded. Then what waits behind it is
 * handled first, here, from the dead letters themselves, so that nothing can slip in between.
 */
export async function handleInOrder(
  batch: DeadLetterBatch,
  key: string,
  records: readonly StoredRecord[],
  handle: HandleRecords,
): Promise<void> {
  const queue = new KeyQueue(batch, batch.parked(key), handle);
  for (const record of records) await queue.take(record);
  await queue.work(null);
}

interface Item {
  record: StoredRecord;
  /** Null for what is not parked. */
  letter: Letter | null;
}

class KeyQueue {
  /** To be handled together, oldest first. */
  private items: Item[] = [];
  private isReleased = false;

  constructor(
    private readonly batch: DeadLetterBatch,
    /** What holds the key up, and what waits behind it, oldest first. */
    private letters: Letter[],
    private readonly handle: HandleRecords,
  ) {}

  async take(record: StoredRecord): Promise<void> {
    const replay = replayOf(record);
    if (replay !== null) {
      await this.work(null);
      // Letters go in their order: one that has others before it waits for them. One that is gone is dealt with.
      if (this.letters[0]?.id !== replay.id) return;
      this.release();
      return this.work(replay.attempt);
    }
    if (this.letters.length === 0 || cameBefore(record, this.letters[0]!.record)) {
      this.items.push({ record, letter: null });
      return;
    }
    // A batch that came again: it is parked already. Or several times on the topic: it is handled once.
    const id = letterId(record);
    if (this.letters.some((letter) => letter.id === id || isSame(letter.record, record))) return;
    if (this.letters.some(({ reason }) => reason === 'poison')) this.parkBehind(record);
    else {
      // Its poison was discarded: what waited goes first.
      if (!this.isReleased) this.release();
      this.items.push({ record, letter: null });
    }
  }

  /** Handles what is there to be handled. */
  async work(attempt: string | null): Promise<void> {
    const { items } = this;
    this.items = [];
    this.isReleased = false;
    const together = this.letters.length === 0 ? items.length : TOGETHER;
    for (let from = 0; from < items.length; from += together) {
      const some = items.slice(from, from + together);
      const failure = await this.handle(some.map(({ record }) => record));
      this.settle(failure === null ? some : some.slice(0, failure.index));
      if (failure === null) continue;
      this.park(some[failure.index]!, failure.error, attempt);
      for (const { record, letter } of items.slice(from + failure.index + 1)) {
        if (letter === null) await this.take(record);
      }
      return;
    }
  }

  private release(): void {
    this.items.push(...this.letters.map((letter) => ({ record: letter.record, letter })));
    this.isReleased = true;
  }

  private settle(handled: readonly Item[]): void {
    const ids = new Set(handled.flatMap(({ letter }) => (letter === null ? [] : [letter.id])));
    if (ids.size === 0) return;
    for (const id of ids) this.batch.settle(id);
    this.letters = this.letters.filter(({ id }) => !ids.has(id));
  }

  private park({ record, letter }: Item, error: unknown, attempt: string | null): void {
    if (letter === null) this.letters = [...this.letters, this.batch.park(record, error)].sort(compareLetters);
    else {
      const back = this.batch.putBack(letter, error, attempt);
      this.letters = this.letters.map((one) => (one.id === back.id ? back : one));
    }
  }

  private parkBehind(record: StoredRecord): void {
    const first = this.letters.find(({ reason }) => reason === 'poison') ?? this.letters[0]!;
    this.letters.push(this.batch.park(record, `waits for ${first.id}`, 'behind'));
  }
}

/** A batch that comes again, because offsets were not committed, begins with records that were handled already. */
function cameBefore(a: StoredRecord, b: StoredRecord): boolean {
  return a.topic === b.topic && a.partition === b.partition && a.offset < b.offset;
}

function isSame(a: StoredRecord, b: StoredRecord): boolean {
  const id = a.headers.ce_id;
  if (id === undefined || id !== b.headers.ce_id) return false;
  return a.value === null || b.value === null ? a.value === b.value : a.value.equals(b.value);
}
