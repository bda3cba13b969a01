import {
  Journal,
  runDepot,
  type DepotOptions,
  type DepotProgress,
  type DepotSummary,
  type ExpectedSession,
} from '@chargestream/charger-sim';
import type { Query } from '../oracle/query';
import { alwaysCharging } from './always-charging';

export interface DepotLoadOptions {
  ocppUrl: string;
  query: Query;
  chargers: number;
  seed: number;
  /** Simulated seconds in a real one. */
  speed: number;
  /** All versions unless told. */
  version?: DepotOptions['version'];
}

const TAGS = ['CLUSTER-1', 'CLUSTER-2', 'CLUSTER-3', 'CLUSTER-4'];
/** How long the end waits for messages that chargers owe. */
const GRACE_MS = 180_000;

/** A depot of charging chargers, with the journal of what they were told to be safe. */
export class DepotLoad {
  readonly journal = new Journal({ keepEntries: false });
  progress: DepotProgress | null = null;
  private readonly stopping = new AbortController();
  private running: Promise<DepotSummary> | null = null;

  constructor(private readonly options: DepotLoadOptions) {}

  /** Resolves when nearly every charger is charging. */
  async start(timeoutMs = 180_000): Promise<void> {
    const { ocppUrl, query, chargers, seed, speed, version = 'mixed' } = this.options;
    for (const tag of TAGS) {
      await query(
        `mutation { putToken(input: { idToken: "${tag}", type: "ISO14443", status: ACCEPTED }) { idToken } }`,
      );
    }
    this.running = runDepot({
      url: ocppUrl,
      chargers,
      version,
      scenario: alwaysCharging,
      idTokens: TAGS,
      idPrefix: 'CLUSTER-',
      connectors: 1,
      seed,
      speed,
      journal: this.journal,
      graceMs: GRACE_MS,
      signal: this.stopping.signal,
      progressIntervalMs: 100,
      onProgress: (progress) => (this.progress = progress),
    });
    this.running.catch(() => undefined);
    await this.until(
      (progress) => progress.sessions >= chargers * 0.9,
      timeoutMs,
      'the chargers did not start charging',
    );
  }

  get acknowledged(): number {
    return this.progress?.acknowledged ?? 0;
  }

  /** Resolves when `reached` holds, with how long that took. @throws Error when it does not in time */
  async until(reached: (progress: DepotProgress) => boolean, timeoutMs: number, complaint: string): Promise<number> {
    const startedMs = Date.now();
    while (this.progress === null || !reached(this.progress)) {
      if (Date.now() - startedMs > timeoutMs) {
        throw new Error(`${complaint} within ${timeoutMs / 1000} s: ${JSON.stringify(this.progress)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return Date.now() - startedMs;
  }

  /** Ends all sessions and waits until everything owed is delivered. */
  async stop(): Promise<DepotSummary> {
    this.stopping.abort();
    if (this.running === null) throw new Error('the depot was not started');
    return this.running;
  }

  /** The sessions whose start a server acknowledged. */
  expected(): ExpectedSession[] {
    return [...this.journal.expectedSessions().values()].flat().filter(({ start }) => start === 'acknowledged');
  }
}

/** Identities of the chargers, as the depot makes them. */
export function chargerIds(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `CLUSTER-${String(index + 1).padStart(4, '0')}`);
}
