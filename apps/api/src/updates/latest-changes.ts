import type { ChangedUpdate } from './update-feed';

/** Entities a slow reader may be behind with; the longest waiting are forgotten beyond that. */
const MAX_WAITING = 1_000;

/**
 * A queue in which a newer change of an entity takes the place of the older one: the reader will read the row anyway,
 * so only the latest matters, and memory stays bounded however slow the reader is.
 */
export class LatestChanges implements AsyncIterableIterator<ChangedUpdate> {
  private readonly waiting = new Map<string, ChangedUpdate>();
  private wake: (() => void) | null = null;
  private closed = false;

  constructor(
    private readonly onClose: () => void,
    private readonly maxWaiting = MAX_WAITING,
  ) {}

  push(update: ChangedUpdate): void {
    if (this.closed) return;
    this.waiting.set(`${update.entity}/${update.chargerId}/${update.id}`, update);
    const oldest = this.waiting.size > this.maxWaiting ? this.waiting.keys().next().value : undefined;
    if (oldest !== undefined) this.waiting.delete(oldest);
    this.wake?.();
  }

  async next(): Promise<IteratorResult<ChangedUpdate>> {
    while (!this.closed) {
      const first = this.waiting.entries().next().value;
      if (first !== undefined) {
        this.waiting.delete(first[0]);
        return { done: false, value: first[1] };
      }
      await new Promise<void>((resolve) => (this.wake = resolve));
      this.wake = null;
    }
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<ChangedUpdate>> {
    if (!this.closed) {
      this.closed = true;
      this.waiting.clear();
      this.onClose();
      this.wake?.();
    }
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
