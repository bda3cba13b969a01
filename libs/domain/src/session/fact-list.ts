import type { ChargerEvent, SessionAnomaly, SessionFact } from '@chargestream/contracts';
import type { AnomalyNote, TransactionReport } from './commands';
import { evolveSession } from './evolve';
import type { MeterFindings } from './meter';
import type { SessionState } from './state';

/** Facts of one decision in order. Each kind of anomaly is told once in a session's life, gaps whenever one opens. */
export class FactList {
  readonly all: SessionFact[] = [];
  private readonly flagged: Set<SessionAnomaly>;

  constructor(alreadyFlagged: readonly SessionAnomaly[]) {
    this.flagged = new Set(alreadyFlagged);
  }

  add(fact: SessionFact): void {
    this.all.push(fact);
  }

  flag(anomaly: SessionAnomaly, detail: string): void {
    if (this.flagged.has(anomaly)) return;
    this.flagged.add(anomaly);
    this.add({ type: 'SessionAnomalyDetected', data: { anomaly, detail } });
  }

  gap(detail: string): void {
    this.add({ type: 'SessionAnomalyDetected', data: { anomaly: 'SeqNoGap', detail } });
  }

  notes(notes: readonly AnomalyNote[]): void {
    for (const { anomaly, detail } of notes) this.flag(anomaly, detail);
  }

  meterFindings({ negative, backwards, afterEnd, implausible }: MeterFindings): void {
    if (negative.length > 0) this.flag('NegativeMeter', negative.join('; ').slice(0, 500));
    if (backwards.length > 0) this.flag('MeterWentBackwards', backwards.join('; ').slice(0, 500));
    if (afterEnd.length > 0) this.flag('EventAfterEnd', afterEnd.join('; ').slice(0, 500));
    if (implausible.length > 0) {
      // A name of its own would break consumers, who know a closed list of them.
      this.flag('MeterWentBackwards', `more than a vehicle can take: ${implausible.join('; ')}`.slice(0, 500));
    }
  }

  reportFlags({ data, occurredAt, receivedAt }: TransactionReport): void {
    if (data.clockImplausible) {
      this.flag('ClockImplausible', `the charger said ${occurredAt}; received at ${receivedAt}`);
    }
    if (data.kind !== 'Ended' && data.authorizationStatus !== null && data.authorizationStatus !== 'Accepted') {
      this.flag('TokenNotAccepted', `the token was answered ${data.authorizationStatus}`);
    }
  }

  /** What the facts so far make of a state. */
  evolved(state: SessionState, cause: ChargerEvent): SessionState {
    const context = { causationId: cause.id, occurredAt: cause.occurredAt, receivedAt: cause.receivedAt };
    return this.all.reduce((next, fact) => evolveSession(next, fact, context), state);
  }
}
