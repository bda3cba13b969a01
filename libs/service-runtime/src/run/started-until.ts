import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '@chargestream/service-kit';

const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 10_000;

/** What comes back: a start that failed for it is worth another. */
const AWAY: ReadonlySet<string> = new Set([
  'BusUnavailableError',
  'StoreUnavailableError',
  'ReadModelUnavailableError',
]);

/**
 * Starts a service whose bus, store or read model may go away in the middle of it: then it is started anew, after pauses that
 * grow. `start` closes what it opened before it fails.
 * @returns null when `signal` was aborted meanwhile
 * @throws what `start` threw when waiting does not make it better
 */
export async function startedUntil<Running>(
  signal: AbortSignal,
  logger: Logger,
  start: () => Promise<Running>,
  firstPauseMs = FIRST_PAUSE_MS,
): Promise<Running | null> {
  for (let attempt = 1; !signal.aborted; attempt++) {
    try {
      return await start();
    } catch (error) {
      if (signal.aborted) return null; // told to stop while it was starting
      if (!(error instanceof Error) || !AWAY.has(error.name)) throw error;
      const pauseMs = Math.min(MAX_PAUSE_MS, firstPauseMs * 2 ** Math.min(attempt - 1, 10));
      logger.warn({ attempt, reason: error.message, pauseMs }, 'the start broke off: starting anew');
      await pause(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
  return null;
}
