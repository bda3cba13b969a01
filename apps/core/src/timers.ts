/** Timers as they are passed in, so that tests decide when they fire. */
export interface Timers {
  /** Calls `run` once after `delayMs`; returns the function that prevents it. */
  after(delayMs: number, run: () => void): () => void;
}

/** Longest delay setTimeout knows. Longer ones fire early, and whoever set them looks at the clock again. */
const MAX_DELAY_MS = 2 ** 31 - 1;

export const systemTimers: Timers = {
  after(delayMs, run) {
    const timer = setTimeout(run, Math.min(Math.max(0, delayMs), MAX_DELAY_MS));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Resolves after so many milliseconds, or at once when the signal aborts. */
export type Pause = (ms: number, signal?: AbortSignal) => Promise<void>;

export function pauseWith(timers: Timers): Pause {
  return (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const done = () => {
        cancel();
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const cancel = timers.after(ms, done);
      signal?.addEventListener('abort', done);
    });
}

/** Resolves when the signal aborts, at once when it has. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
