import type { Clock } from '../clock';
import type { Connector } from '../connector';
import type { ChargingProfiles } from './charging-profiles';
import { compositeSchedule, limitAt, type ScheduleQuestion } from './composite-schedule';

/** Looks this far ahead for the next change, and then looks again. */
const HORIZON_S = 24 * 3600;

export interface PowerLimitsOptions {
  clock: Clock;
  profiles: ChargingProfiles;
  maximumW: number;
  /** What the charger takes for now, ms. */
  now(): number;
  connectors(): readonly Connector[];
}

/** Holds the cars to the composite schedule, period by period. */
export class PowerLimits {
  private cancel: () => void = () => {};

  constructor(private readonly options: PowerLimitsOptions) {}

  /** To be called when profiles or sessions change. */
  apply(): void {
    const { clock, profiles, now } = this.options;
    this.cancel();
    this.cancel = () => {};
    const nowMs = now();
    let nextS = Number.POSITIVE_INFINITY;
    for (const connector of this.options.connectors()) {
      if (profiles.all.length === 0) {
        connector.limitPower(null);
        continue;
      }
      const question = this.question(connector.id, nowMs, HORIZON_S, 'W');
      connector.limitPower(limitAt(question, nowMs));
      const next = connector.session && compositeSchedule(question)[1];
      if (next) nextS = Math.min(nextS, next.startPeriod);
    }
    if (nextS < HORIZON_S) this.cancel = clock.after(nextS * 1000, () => this.apply());
    else if (profiles.all.length > 0 && this.options.connectors().some(({ session }) => session)) {
      this.cancel = clock.after(HORIZON_S * 1000, () => this.apply());
    }
  }

  stop(): void {
    this.cancel();
  }

  question(connectorId: number, startMs: number, durationS: number, unit: 'A' | 'W'): ScheduleQuestion {
    const { profiles, maximumW, connectors } = this.options;
    const session = connectors().find(({ id }) => id === connectorId)?.session;
    const transaction = session ? { startedMs: session.startedMs, transactionId: session.facts.transactionId } : null;
    return {
      profiles: profiles.all,
      connectorId,
      startMs,
      durationS,
      unit,
      transaction,
      maximumW: connectorId === 0 ? maximumW * connectors().length : maximumW,
    };
  }
}
