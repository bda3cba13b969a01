import { setTimeout as pause } from 'node:timers/promises';
import type { EventBus } from '@chargestream/event-bus';

/** How long a stop waits for what it has still to tell: for a bus that is away, and for one that is slow. Milliseconds. */
export interface Patience {
  awayMs: number;
  slowMs: number;
}

const PATIENCE: Patience = { awayMs: 4_000, slowMs: 10_000 };
const LOOK_EVERY_MS = 50;

/** Waits until it is said. @returns false when the bus does not hear it. @throws what `said` rejects with */
export async function heardOut(
  said: Promise<unknown>,
  bus: Pick<EventBus, 'isAvailable'>,
  { awayMs, slowMs }: Patience = PATIENCE,
): Promise<boolean> {
  const startedMs = performance.now();
  const done = said.then(() => true);
  done.catch(() => undefined);
  for (;;) {
    const waitedMs = performance.now() - startedMs;
    if (waitedMs >= (bus.isAvailable() ? slowMs : awayMs)) return false;
    if (await Promise.race([done, pause(LOOK_EVERY_MS, false)])) return true;
  }
}
