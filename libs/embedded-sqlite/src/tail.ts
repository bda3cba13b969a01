/** The newest entries of a log in memory, so that readers at its head never go to SQL. */
export class Tail<T> {
  private entries: T[] = [];
  private bytes: number[] = [];
  private totalBytes = 0;

  /** @param next number that the next entry of the log gets */
  constructor(
    private next: number,
    private readonly limit = { entries: 4096, bytes: 8 * 1024 * 1024 },
  ) {}

  push(entry: T, bytes: number): void {
    this.entries.push(entry);
    this.bytes.push(bytes);
    this.totalBytes += bytes;
    this.next++;
    // Dropping half at once keeps the cost per entry constant.
    if (this.entries.length > this.limit.entries || this.totalBytes > this.limit.bytes) this.dropHalf();
  }

  /** Up to `max` entries from number `from` on; undefined when the tail no longer reaches back that far. */
  read(from: number, max: number): T[] | undefined {
    const index = from - (this.next - this.entries.length);
    if (index < 0) return undefined;
    return this.entries.slice(index, index + max);
  }

  private dropHalf(): void {
    const half = Math.ceil(this.entries.length / 2);
    this.entries = this.entries.slice(half);
    this.bytes = this.bytes.slice(half);
    this.totalBytes = this.bytes.reduce((sum, bytes) => sum + bytes, 0);
  }
}
