import { eventId, STREAM_PREFIXES, type StoredMetadata } from '@chargestream/contracts';
import { isRejection, type Decider, type Decision } from '@chargestream/domain';
import { WrongExpectedRevisionError, type NewEvent } from '@chargestream/event-store';
import type { AggregateStore, AsOf, Loaded } from './aggregate-store';
import { PoisonError } from './poison-error';

interface Working {
  state: unknown;
  readonly loaded: Loaded;
  readonly pending: NewEvent[];
}

/** For one who knows that nobody else writes. */
const ALONE: AsOf = 0;

/**
 * Decisions of one or more messages, made one after the other and appended together: one batch per stream. Streams are
 * not appended in one transaction; each decision is repeatable, so what a crash leaves out is made up by redelivery.
 */
export class UnitOfWork {
  private readonly streams = new Map<string, Working>();
  private touched: { working: Working; state: unknown; length: number }[] = [];

  constructor(
    private readonly aggregates: AggregateStore,
    private readonly asOf: AsOf = ALONE,
  ) {}

  /** The state of a stream as decided so far. */
  async state<State, Command, Fact>(decider: Decider<State, Command, Fact>, stream: string): Promise<State> {
    return (await this.working(decider, stream)).state as State;
  }

  /** Decides and evolves; the facts wait for `commit`. */
  async decide<State, Command, Fact extends { type: string; data: unknown }>(
    decider: Decider<State, Command, Fact>,
    stream: string,
    command: Command,
    metadata: StoredMetadata,
  ): Promise<Decision<Fact>> {
    const working = await this.working(decider, stream);
    try {
      const decision = decider.decide(working.state as State, command);
      if (isRejection(decision) || decision.length === 0) return decision;
      this.touched.push({ working, state: working.state, length: working.pending.length });
      for (const [index, fact] of decision.entries()) {
        working.state = decider.evolve(working.state as State, fact, metadata);
        working.pending.push(newEvent(stream, index, fact, metadata));
      }
      return decision;
    } catch (cause) {
      throw new PoisonError(`${stream}: ${metadata.causationId} cannot be decided`, { cause });
    }
  }

  /** Marks the end of a message: `rollBack` goes no further back. */
  keep(): void {
    this.touched = [];
  }

  /** Undoes the decisions since `keep`. */
  rollBack(): void {
    for (const { working, state, length } of this.touched.reverse()) {
      working.state = state;
      working.pending.length = length;
    }
    this.touched = [];
  }

  /**
   * Appends all that was decided: commands before everything else (a question to the charger is asked once, because of a
   * fact that is stored once), `last` after it.
   * @throws WrongExpectedRevisionError when somebody else wrote to one of the streams meanwhile.
   * @throws StoreUnavailableError when it is not known what was stored.
   */
  async commit(last?: string): Promise<void> {
    const changed = [...this.streams].filter(([, { pending }]) => pending.length > 0);
    const turnOf = (stream: string) => (stream === last ? 2 : isCommand(stream) ? 0 : 1);
    try {
      for (const turn of [0, 1, 2]) {
        const outcomes = await Promise.allSettled(
          changed
            .filter(([stream]) => turnOf(stream) === turn)
            .map(([stream, working]) => this.append(stream, working)),
        );
        for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
      }
    } catch (error) {
      for (const stream of this.streams.keys()) this.aggregates.doubt(stream);
      throw error;
    }
  }

  private append(stream: string, { pending, loaded, state }: Working): Promise<void> {
    return this.aggregates.append(stream, pending, loaded, state);
  }

  private async working<State, Command, Fact>(
    decider: Decider<State, Command, Fact>,
    stream: string,
  ): Promise<Working> {
    const known = this.streams.get(stream);
    if (known !== undefined) return known;
    const asOf = isWrittenByMany(stream) ? 'newest' : this.asOf;
    const loaded = this.aggregates.cached(stream, asOf) ?? (await this.aggregates.load(decider, stream, asOf));
    const working: Working = { state: loaded.state, loaded, pending: [] };
    this.streams.set(stream, working);
    return working;
  }
}

/** The id follows from the cause, the stream and the place, so that a repeated append is recognised by the store. */
function newEvent(
  stream: string,
  index: number,
  fact: { type: string; data: unknown },
  metadata: StoredMetadata,
): NewEvent {
  return {
    id: eventId(metadata.causationId, stream, index),
    type: fact.type,
    data: fact.data,
    metadata: metadata as unknown as Record<string, unknown>,
  };
}

/** By whoever takes intents, whoever takes events, and the leader of the commands. */
const WRITTEN_BY_MANY = [STREAM_PREFIXES.command, STREAM_PREFIXES.reservation, STREAM_PREFIXES.operations];

function isWrittenByMany(stream: string): boolean {
  return WRITTEN_BY_MANY.some((prefix) => stream.startsWith(prefix));
}

function isCommand(stream: string): boolean {
  return stream.startsWith(STREAM_PREFIXES.command);
}

const MAX_CONFLICTS = 3;

/**
 * Load, decide, append. When another writer was faster: load again and decide again, at most 3 times.
 * `pause` waits the given milliseconds.
 */
export async function decideAndAppend<Result>(
  aggregates: AggregateStore,
  pause: (ms: number) => Promise<void>,
  work: (unit: UnitOfWork) => Promise<Result>,
  options: { last?: string; asOf?: AsOf } = {},
): Promise<Result> {
  for (let conflicts = 0; ; conflicts++) {
    const unit = new UnitOfWork(aggregates, options.asOf);
    const result = await work(unit);
    try {
      await unit.commit(options.last);
      return result;
    } catch (error) {
      if (!(error instanceof WrongExpectedRevisionError) || conflicts >= MAX_CONFLICTS) throw error;
      await pause(5 * 4 ** conflicts);
    }
  }
}
