/** Collects what arrives and lets a test wait for what it expects; the deadline is the test's own. */
export class Inbox<T> {
  readonly items: T[] = [];
  private waiters: { ready: (items: readonly T[]) => boolean; resolve: () => void }[] = [];

  add(...items: readonly T[]): void {
    this.items.push(...items);
    for (const waiter of this.waiters.filter(({ ready }) => ready(this.items))) waiter.resolve();
    this.waiters = this.waiters.filter(({ ready }) => !ready(this.items));
  }

  async until(ready: (items: readonly T[]) => boolean): Promise<readonly T[]> {
    if (!ready(this.items)) await new Promise<void>((resolve) => this.waiters.push({ ready, resolve }));
    return this.items;
  }
}
