import type { EventLog } from './event-log';

const MAX_CACHED = 100_000;

/** The last revision of each stream in use, so that an append need not look it up. -1: the stream has no events. */
export class Revisions {
  private readonly known = new Map<string, number>();

  constructor(private readonly log: EventLog) {}

  of(stream: string): number {
    const known = this.known.get(stream);
    if (known !== undefined) return known;
    const revision = this.log.revisionOf(stream);
    this.set(stream, revision);
    return revision;
  }

  set(stream: string, revision: number): void {
    // Oldest first: a map keeps the order in which keys came in.
    this.known.delete(stream);
    this.known.set(stream, revision);
    if (this.known.size <= MAX_CACHED) return;
    for (const oldest of this.known.keys()) {
      this.known.delete(oldest);
      return;
    }
  }

  /** After a rollback nothing in memory is sure. */
  forget(): void {
    this.known.clear();
  }
}
