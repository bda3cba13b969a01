import type { ConnectionTakenOver } from '@chargestream/contracts';

/** So many takeovers within the window are no lost link any more: two stations have one id, or the network flaps. */
const ALERT_AT = 3;
const WINDOW_S = 60;

/** Counts how often a charger's live connection was taken over by a newer one. */
export class FlappingDetector {
  private readonly takeovers = new Map<string, { atMs: number; remoteAddress: string | null }[]>();

  /** @returns what to report, at most once per window. */
  takenOver(key: string, remoteAddress: string | null, nowMs: number): ConnectionTakenOver | null {
    const recent = (this.takeovers.get(key) ?? []).filter(({ atMs }) => nowMs - atMs < WINDOW_S * 1000);
    recent.push({ atMs: nowMs, remoteAddress });
    if (recent.length < ALERT_AT) {
      this.takeovers.set(key, recent);
      return null;
    }
    this.takeovers.delete(key);
    const remoteAddresses = [...new Set(recent.flatMap((takeover) => takeover.remoteAddress ?? []))];
    return { takeovers: recent.length, withinS: WINDOW_S, remoteAddresses };
  }

  /** Forgets what is past. */
  sweep(nowMs: number): void {
    for (const [key, recent] of this.takeovers) {
      if (recent.every(({ atMs }) => nowMs - atMs >= WINDOW_S * 1000)) this.takeovers.delete(key);
    }
  }
}
