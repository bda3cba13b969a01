import { setTimeout as pause } from 'node:timers/promises';
import type { Health, Logger } from '@chargestream/service-kit';
import { EmbeddedStorageError } from './embedded-storage';

export interface UntilOpenOptions {
  /** Of the part, for the log and for readiness, e.g. `Kafka`. */
  name: string;
  /** Ends the waiting: the promise rejects with an AbortError. */
  signal: AbortSignal;
  logger: Logger;
  /** Tells, until the part is open, that it is waited for. */
  health?: Health;
  /** Pauses between attempts grow up to this, milliseconds. */
  maxPauseMs?: number;
  firstPauseMs?: number;
}

/**
 * Opens something that may not be there yet: tries until it succeeds, with a line in the log for each attempt.
 * A service that waits is restarted by nobody and knows when its turn has come.
 * @throws what `open` threw when that cannot become better by waiting (`isHopeless`), and an AbortError on `signal`.
 */
export async function untilOpen<Part extends { close(): Promise<void> }>(
  open: () => Promise<Part>,
  options: UntilOpenOptions,
): Promise<Part> {
  const { name, signal, logger, health, maxPauseMs = 2_000, firstPauseMs = 250 } = options;
  let waitingFor = `waiting for ${name}`;
  const isOpen = health?.register(name, () => waitingFor);
  try {
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted();
      try {
        const part = await abandonedOn(signal, open());
        logger.info({ attempt }, `${name}: open`);
        return part;
      } catch (error) {
        if (signal.aborted || isHopeless(error)) throw error;
        waitingFor = `waiting for ${name}, attempt ${attempt}`;
        const pauseMs = Math.min(maxPauseMs, firstPauseMs * 2 ** Math.min(attempt - 1, 10));
        logger.warn({ attempt, reason: (error as Error).message, pauseMs }, `${name} is not there yet: trying again`);
        await pause(pauseMs, undefined, { signal });
      }
    }
  } finally {
    isOpen?.();
  }
}

/** Mistakes in programs and settings do not go away by waiting. */
function isHopeless(error: unknown): boolean {
  if (error instanceof EmbeddedStorageError) return true;
  if (error instanceof TypeError || error instanceof ReferenceError || error instanceof SyntaxError) return true;
  return MISSING_PROGRAM.has((error as NodeJS.ErrnoException).code ?? '');
}

const MISSING_PROGRAM = new Set(['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND', 'ERR_PACKAGE_PATH_NOT_EXPORTED']);

/** Rejects on `signal`; what opens after all is closed again. */
async function abandonedOn<Part extends { close(): Promise<void> }>(
  signal: AbortSignal,
  opening: Promise<Part>,
): Promise<Part> {
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => {
      opening.then(
        (part) => part.close(),
        () => undefined,
      );
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([opening, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
