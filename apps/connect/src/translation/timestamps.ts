/**
 * The charger's time as ISO 8601 UTC with milliseconds, so that equal instants are equal text.
 * @returns null for what is no date; the caller then falls back on the time of receipt.
 */
export function utc(timestamp: unknown): string | null {
  if (typeof timestamp !== 'string') return null;
  const ms = Date.parse(timestamp);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

export interface ClockTolerance {
  behindS: number;
  aheadS: number;
}

/** True when a charger's time is too far from ours to be believed; a long way back is normal for offline replay. */
export function isImplausible(timestamp: string, receivedAtMs: number, tolerance: ClockTolerance): boolean {
  const deltaMs = Date.parse(timestamp) - receivedAtMs;
  return !(deltaMs <= tolerance.aheadS * 1000 && deltaMs >= -tolerance.behindS * 1000);
}

/** 1.6 has no offline flag: a time this far before receipt was queued by the charger. */
const REPLAY_AFTER_MS = 60_000;

export function isReplayed(timestamp: string, receivedAtMs: number): boolean {
  return receivedAtMs - Date.parse(timestamp) > REPLAY_AFTER_MS;
}
