import { LatencyHistogram } from './latency';

/** How a CALL of the charger ended. */
export type CallEnd = 'acknowledged' | 'callError' | 'timedOut' | 'interrupted';

export interface ActionTraffic {
  sent: number;
  acknowledged: number;
  /** Answered CALLERROR. */
  callErrors: number;
  /** No answer in time. */
  timedOut: number;
  /** The connection broke before the answer. */
  interrupted: number;
  latency: LatencyHistogram;
}

/** Counts and latencies of a whole depot. */
export class Traffic {
  readonly actions = new Map<string, ActionTraffic>();
  /** Why connections could not be made, and how often. */
  readonly connectFailures = new Map<string, number>();
  /** CALLs from the server, by action. */
  readonly commands = new Map<string, number>();
  /** Error codes and descriptions, and how often. */
  readonly errors = new Map<string, number>();
  /** Messages that were given up, by action and reason. */
  readonly unacknowledged = new Map<string, number>();
  connects = 0;
  disconnects = 0;
  sessionsStarted = 0;
  sessionsEnded = 0;
  tokensRefused = 0;
  energyWh = 0;

  sent(action: string): void {
    this.of(action).sent++;
  }

  ended(action: string, end: CallEnd, latencyMs: number): void {
    const counts = this.of(action);
    switch (end) {
      case 'acknowledged':
        counts.acknowledged++;
        counts.latency.record(latencyMs);
        return;
      case 'callError':
        counts.callErrors++;
        return;
      case 'timedOut':
        counts.timedOut++;
        return;
      case 'interrupted':
        counts.interrupted++;
        return;
    }
  }

  connectFailed(reason: string): void {
    increment(this.connectFailures, reason);
  }

  commanded(action: string): void {
    increment(this.commands, action);
  }

  failed(what: string): void {
    increment(this.errors, what);
  }

  givenUp(action: string, reason: string): void {
    increment(this.unacknowledged, `${action}: ${reason}`);
  }

  get acknowledged(): number {
    let sum = 0;
    for (const counts of this.actions.values()) sum += counts.acknowledged;
    return sum;
  }

  private of(action: string): ActionTraffic {
    let counts = this.actions.get(action);
    if (!counts) {
      counts = {
        sent: 0,
        acknowledged: 0,
        callErrors: 0,
        timedOut: 0,
        interrupted: 0,
        latency: new LatencyHistogram(),
      };
      this.actions.set(action, counts);
    }
    return counts;
  }
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
