/** Rejects when `promise` takes longer; `promise` itself goes on and its result is dropped. */
export function within<T>(timeoutMs: number, what: string, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what} took longer than ${timeoutMs} ms`)), timeoutMs);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Resolves after the time, or at once when the signal aborts. */
export function pause(timeMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, timeMs);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** Waits between attempts: longer each time, up to a limit. */
export function backoffMs(attempt: number, firstMs = 50, mostMs = 500): number {
  return Math.min(mostMs, firstMs * 2 ** Math.min(attempt, 10));
}

/** Something to wait for that others ring. A ring that nobody waits for is kept for the next one who does. */
export class Bell {
  private rung = false;
  private waiter: (() => void) | null = null;

  ring(): void {
    if (this.waiter) this.waiter();
    else this.rung = true;
  }

  /** Resolves at the next ring, or after `timeoutMs`. For one who waits at a time. */
  wait(timeoutMs?: number): Promise<void> {
    if (this.rung) {
      this.rung = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const timer = timeoutMs === undefined ? null : setTimeout(() => this.waiter?.(), timeoutMs);
      this.waiter = () => {
        this.waiter = null;
        if (timer) clearTimeout(timer);
        resolve();
      };
    });
  }
}
