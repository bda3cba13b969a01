/**
 * A decider is three pure things: what an aggregate is at first, which facts follow from a command in a state, and what
 * a fact makes of the state. Clocks, ids and I/O stay outside: whatever is needed comes in with the command.
 */
export interface Decider<State, Command, Fact> {
  readonly initialState: State;
  /**
   * Given by aggregates whose streams grow long: their states are kept as snapshots. Raise it whenever the shape of the
   * state or what `evolve` makes of a fact changes; snapshots of other versions are passed over.
   */
  readonly stateVersion?: number;
  /** Given by aggregates whose states may be large: about how many KB one takes in memory, at least 1. */
  sizeKbOf?(state: State): number;
  decide(state: State, command: Command): Decision<Fact>;
  evolve(state: State, fact: Fact, context: FactContext): State;
}

/** What a stored fact carries beside its data; the part of `StoredMetadata` that deciders look at. */
export interface FactContext {
  /** Id of the bus event or intent that caused the fact: how a repeat is recognised. */
  causationId: string;
  /** By the charger's clock, ISO 8601 UTC. */
  occurredAt: string;
  /** By our clock, ISO 8601 UTC. */
  receivedAt: string;
  /** Whom it is about, as in `StoredMetadata`. */
  chargerId?: string;
}

/** No facts means: nothing new, a repeat for instance. */
export type Decision<Fact> = readonly Fact[] | Rejection;

/** A command that must not be carried out, as a value. Facts reported by chargers are never rejected. */
export interface Rejection {
  rejected: 'NOT_FOUND' | 'CONFLICT' | 'BAD_INPUT';
  message: string;
}

export function isRejection<Fact>(decision: Decision<Fact>): decision is Rejection {
  return 'rejected' in decision;
}

export function reject(code: Rejection['rejected'], message: string): Rejection {
  return { rejected: code, message };
}

/** A branch that types rule out. Reached only when data from outside breaks its contract. */
export function assertNever(value: never, what: string): never {
  throw new Error(`Unexpected ${what}: ${JSON.stringify(value)}`);
}
