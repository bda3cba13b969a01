import type { BusRecord, EventBus, StoredRecord } from '@chargestream/event-bus';
import type { Logger } from '@chargestream/service-kit';
import type { AsOf } from '../aggregates/aggregate-store';
import type { Pause } from '../timers';
import { letterRecord, newLetter, noLetterRecord, replayOf, type Letter, type LetterReason } from './letter';
import { LetterTable } from './letter-table';

export interface DeadLettersOptions {
  bus: EventBus;
  clock: () => number;
  pause: Pause;
  logger?: Logger | undefined;
  /** Told of each record that is parked, not of replays that come back. */
  onParked?: (topic: string, reason: LetterReason) => void;
}

/** Where records go that cannot be handled, and for chargers' events what comes behind them. */
export class DeadLetters {
  /** Of each partition: since when its records come to this process without a gap. */
  private readonly since = new Map<string, AsOf>();

  private constructor(
    private readonly options: DeadLettersOptions,
    private readonly table: LetterTable,
  ) {}

  static async open(options: DeadLettersOptions): Promise<DeadLetters> {
    return new DeadLetters(options, await LetterTable.open(options.bus, options.pause));
  }

  /**
   * Before records of a partition are handled: makes sure to know what other processes have parked of it. `asOf` is new
   * whenever somebody else may have had records of this partition before these (see `Continuity`).
   */
  async upToDate(records: readonly StoredRecord[], asOf: AsOf): Promise<void> {
    const first = records[0];
    if (first === undefined) return;
    const partition = `${first.topic}/${first.partition}`;
    if (this.since.get(partition) === asOf) return;
    await this.table.refresh();
    this.since.set(partition, asOf);
  }

  parkedKeys(): number {
    return this.table.parkedKeys();
  }

  /** For one batch of records: what is parked of it, or no longer, is written together, or comes again with it. */
  batch(): DeadLetterBatch {
    return new DeadLetterBatch(this.options, this.table);
  }

  close(): Promise<void> {
    return this.table.close();
  }
}

export class DeadLetterBatch {
  private readonly changes = new Map<string, BusRecord>();
  private readonly counted: { topic: string; reason: LetterReason }[] = [];

  constructor(
    private readonly options: DeadLettersOptions,
    private readonly table: LetterTable,
  ) {}

  /** The letters that hold up a charger, oldest first. */
  parked(key: string): Letter[] {
    return this.table.parked(key);
  }

  /** Parks a record. One that is a replay goes back to where it was, with the new error. */
  park(record: StoredRecord, error: unknown, reason: LetterReason = 'poison'): Letter {
    const letter = newLetter(record, reason, describe(error), this.options.clock());
    this.write({ ...letter, attempt: replayOf(record)?.attempt ?? null }, error);
    return letter;
  }

  /** What became of a letter that was tried again and failed again. */
  putBack(letter: Letter, error: unknown, attempt: string | null): Letter {
    const back: Letter = { ...letter, reason: 'poison', error: describe(error), attempt };
    this.write(back, error);
    return back;
  }

  /** The letter is dealt with. */
  settle(id: string): void {
    this.changes.set(id, noLetterRecord(id));
  }

  /** A record was handled: if it was the replay of a letter, that one is dealt with. */
  handled(record: StoredRecord): void {
    const replayed = replayOf(record);
    if (replayed !== null) this.settle(replayed.id);
  }

  /** @throws BusUnavailableError; the batch that parked them comes again then. */
  async flush(): Promise<void> {
    if (this.changes.size === 0) return;
    const records = [...this.changes.values()];
    const counted = this.counted.splice(0);
    this.changes.clear();
    await this.table.write(records);
    for (const { topic, reason } of counted) this.options.onParked?.(topic, reason);
  }

  private write(letter: Letter, error: unknown): void {
    const { id, reason, attempt, record } = letter;
    const about = { letter: id, key: record.key, reason };
    if (reason === 'behind') this.options.logger?.debug(about, 'record parked behind a dead letter');
    else this.options.logger?.error({ err: error, ...about }, 'record parked in dead letters');
    this.changes.set(id, letterRecord(letter));
    if (attempt === null) this.counted.push({ topic: record.topic, reason });
  }
}

function describe(error: unknown): string {
  const messages: string[] = [];
  for (let at: unknown = error; at instanceof Error && messages.length < 5; at = at.cause) messages.push(at.message);
  return (messages.length > 0 ? messages.join(': ') : String(error)).slice(0, 2_000);
}
