import { setTimeout as pause } from 'node:timers/promises';

/** Looks again and again until it is so; the deadline is the test's own. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(20);
}

/** Milliseconds until it is so. */
export async function timeUntil(isSo: () => boolean | Promise<boolean>): Promise<number> {
  const started = Date.now();
  await until(isSo);
  return Date.now() - started;
}
