import type { StoredEvent } from '@chargestream/event-store';

/**
 * Something that the leader of the commands sees to beside them, because of what is stored and when its time has come.
 * It learns of everything by following streams, so that whoever leads next finds it all again.
 */
export interface Duty {
  /** Of its checkpoint. Never changes: under a new name all of the store is followed again. */
  name: string;
  streamPrefixes: readonly string[];
  /** @param from place in the store where following begins; null its beginning */
  begin(from: string | null): RunningDuty;
}

export interface RunningDuty {
  /** What was stored in its streams, in log order. */
  follow(events: readonly StoredEvent[]): void;
  /** Place in the store from which another leader would find all that is still to be seen to; null its beginning. */
  checkpoint(): string | null;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
  close(): Promise<void>;
}
