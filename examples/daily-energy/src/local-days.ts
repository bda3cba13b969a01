/** A part of an interval that lies in one local day. */
export interface DayShare {
  /** `YYYY-MM-DD` in the time zone. */
  day: string;
  /** Of the whole interval, above 0 up to 1. */
  share: number;
}

const LONGEST_DAY_MS = 26 * 60 * 60 * 1000;
/** Nobody charges for longer; a charger's clock that jumps may say so. */
const MAX_DAYS = 400;

/** Calendar days of a time zone, e.g. `Europe/Berlin`. A day has 23 or 25 hours when clocks are put on or back. */
export class LocalDays {
  private readonly format: Intl.DateTimeFormat;

  /** @throws Error when there is no such time zone. */
  constructor(readonly timeZone: string) {
    try {
      this.format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
    } catch (cause) {
      throw new Error(`There is no time zone ${timeZone}: use a name such as Europe/Berlin or UTC`, { cause });
    }
  }

  /** The local day of an instant, `YYYY-MM-DD`. */
  dayOf(ms: number): string {
    return this.format.format(ms);
  }

  /** Cuts an interval at each local midnight. An empty or backward interval is the day of its end. */
  split(fromMs: number, toMs: number): DayShare[] {
    const lengthMs = toMs - fromMs;
    const last = this.dayOf(toMs);
    if (lengthMs <= 0 || lengthMs > MAX_DAYS * LONGEST_DAY_MS) return [{ day: last, share: 1 }];
    const shares: DayShare[] = [];
    let startMs = fromMs;
    for (let day = this.dayOf(startMs); day !== last; day = this.dayOf(startMs)) {
      const endMs = this.endOfDay(startMs, day);
      shares.push({ day, share: (endMs - startMs) / lengthMs });
      startMs = endMs;
    }
    if (toMs > startMs) shares.push({ day: last, share: (toMs - startMs) / lengthMs });
    return shares;
  }

  /** The first instant that is not of the same day any more: by halving, as no rule gives it for all time zones. */
  private endOfDay(ms: number, day: string): number {
    let inside = ms;
    let outside = ms + LONGEST_DAY_MS;
    while (outside - inside > 1) {
      const middle = Math.floor((inside + outside) / 2);
      if (this.dayOf(middle) === day) inside = middle;
      else outside = middle;
    }
    return outside;
  }
}
