import type { Random } from '@chargestream/charger-sim';
import type { EventBus } from '@chargestream/event-bus';
import type { Cluster } from '../system/cluster';

export interface FaultContext {
  cluster: Cluster;
  random: Random;
  /** How long the fault lasts, seconds. */
  seconds: number;
  /** A bus of our own on the cluster's brokers. */
  openBus: () => Promise<EventBus>;
  wait: (ms: number) => Promise<void>;
  say: (line: string) => void;
  /**
   * Call when something was put right: measures how long until charging is acknowledged and shown again.
   * @param sinceMs what counts as the beginning, milliseconds since the epoch; now when absent
   */
  recovered: (what: string, sinceMs?: number) => Promise<void>;
}

/** Something that goes wrong in production, and is put right again by the time `run` ends. */
export interface Fault {
  name: string;
  summary: string;
  brokers: 1 | 3;
  /** Default length, seconds. */
  seconds: number;
  run: (context: FaultContext) => Promise<void>;
}
