export interface TailLimit {
  entries: number;
  bytes: number;
  /** How long an entry is kept at least unless the others are reached, ms; up to twice as long, or until the next push. */
  keepMs: number;
}

const LIMIT: TailLimit = { entries: 4096, bytes: 8 * 1024 * 1024, keepMs: 5_000 };

/**
 * The newest entries of a log in memory, so that readers at its head never go to SQL. They are kept in two generations,
 * of which the older is let go at once: the cost of a push is constant, and a quiet log holds next to nothing.
 */
export class Tail<T> {
  private older: T[] = [];
  private newer: T[] = [];
  private newerBytes = 0;
  private newerSinceMs = 0;

  /** @param next number that the next entry of the log gets */
  constructor(
    private next: number,
    private readonly limit: TailLimit = LIMIT,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  push(entry: T, bytes: number): void {
    const nowMs = this.clock();
    if (this.newer.length === 0) this.newerSinceMs = nowMs;
    else if (this.isOver(bytes, nowMs)) this.beginGeneration(nowMs);
    this.newer.push(entry);
    this.newerBytes += bytes;
    this.next++;
  }

  /** Up to `max` entries from number `from` on; undefined when the tail no longer reaches back that far. */
  read(from: number, max: number): T[] | undefined {
    const index = from - (this.next - this.newer.length);
    if (index >= 0) return this.newer.slice(index, index + max);
    const inOlder = index + this.older.length;
    if (inOlder < 0) return undefined;
    const found = this.older.slice(inOlder, inOlder + max);
    return found.length === max ? found : found.concat(this.newer.slice(0, max - found.length));
  }

  private isOver(bytes: number, nowMs: number): boolean {
    const { limit, newer, newerBytes, newerSinceMs } = this;
    if (newer.length * 2 >= limit.entries || (newerBytes + bytes) * 2 > limit.bytes) return true;
    return nowMs - newerSinceMs >= limit.keepMs;
  }

  private beginGeneration(nowMs: number): void {
    this.older = this.newer;
    this.newer = [];
    this.newerBytes = 0;
    this.newerSinceMs = nowMs;
  }
}
