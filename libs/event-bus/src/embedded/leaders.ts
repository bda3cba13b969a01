import type { Candidacy, LeadOptions } from '../port';

const RETRY_MS = 500;

/** Who stands for which role on this bus, in the order in which they came. The first one leads. */
export class Leaders {
  private readonly candidates = new Map<string, SoleCandidacy[]>();

  stand(role: string, candidate: SoleCandidacy): void {
    const standing = this.candidates.get(role) ?? [];
    this.candidates.set(role, [...standing, candidate]);
    if (standing.length === 0) candidate.elected();
  }

  withdraw(role: string, candidate: SoleCandidacy): void {
    const standing = this.candidates.get(role) ?? [];
    const rest = standing.filter((one) => one !== candidate);
    this.candidates.set(role, rest);
    if (standing[0] === candidate) rest[0]?.elected();
  }
}

/** A candidate on a bus that one process owns: it has the role until it closes. */
export class SoleCandidacy implements Candidacy {
  private readonly closing = new AbortController();
  private running: Promise<void> | null = null;
  private closed: Promise<void> | null = null;

  constructor(
    private readonly options: LeadOptions,
    private readonly leaders: Leaders,
    private readonly onClosed: () => void,
  ) {
    leaders.stand(options.role, this);
  }

  elected(): void {
    this.running = this.run();
  }

  isLeader(): boolean {
    return this.running !== null && !this.closing.signal.aborted;
  }

  close(): Promise<void> {
    this.closed ??= this.closeOnce();
    return this.closed;
  }

  private async closeOnce(): Promise<void> {
    this.closing.abort();
    await this.running;
    this.leaders.withdraw(this.options.role, this);
    this.onClosed();
  }

  private async run(): Promise<void> {
    const { signal } = this.closing;
    while (!signal.aborted) {
      try {
        return await this.options.run(signal);
      } catch (error) {
        this.options.onError?.(error);
        await pause(signal);
      }
    }
  }
}

/** Ends early when the candidate closes. */
function pause(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, RETRY_MS);
    signal.addEventListener('abort', done);
  });
}
