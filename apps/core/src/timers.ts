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

export function pauseWith(timers: Timers): (ms: number) => Promise<void> {
  return (ms) => new Promise((resolve) => timers.after(ms, resolve));
}
