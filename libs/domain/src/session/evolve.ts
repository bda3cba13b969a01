import type { SessionFact } from '@chargestream/contracts';
import { assertNever, type FactContext } from '../decider';
import { remember } from '../recent-ids';
import {
  isMeterReading,
  NO_METER,
  stopRegisterWh,
  takeLatest,
  takeSamples,
  withToldStart,
  type MeterState,
} from './meter';
import { timeMs } from './readings';
import { withSeqNo } from './sequence';
import { EMPTY_BOOK, type EndedSession, type SessionState } from './state';

type DataOf<Type extends SessionFact['type']> = Extract<SessionFact, { type: Type }>['data'];

/** What a fact makes of a session. Facts that cannot follow (a foreign stream, say) leave it as it is. */
export function evolveSession(state: SessionState, fact: SessionFact, context: FactContext): SessionState {
  if (fact.type === 'SessionStarted') return started(fact.data, context);
  if (state.status === 'none') return state;
  const next = { ...state, recent: remember(state.recent, context.causationId) };
  switch (fact.type) {
    case 'SessionUpdated':
      return updated(next, fact.data, context);
    case 'SessionEnded':
      return ended(next, fact.data, context);
    case 'SessionCorrected':
      return corrected(next, fact.data);
    case 'SessionAnomalyDetected': {
      const { anomaly } = fact.data;
      return next.flagged.includes(anomaly) ? next : { ...next, flagged: [...next.flagged, anomaly] };
    }
    default:
      return assertNever(fact, 'session fact');
  }
}

/** The meter after a start; decide uses it too, to know what the start tells. */
export function meterAtStart(
  data: Pick<DataOf<'SessionStarted'>, 'meterStartWh' | 'startedAt' | 'samples' | 'startKnown'>,
) {
  const told = withToldStart(NO_METER, data.meterStartWh, timeMs(data.startedAt));
  return takeSamples(told, data.samples, data.startKnown ? 'start' : 'during');
}

/** The meter after the stop: its samples first, then meterStop, which stands above them. */
export function meterAtEnd(
  before: MeterState,
  end: { samples: DataOf<'SessionEnded'>['samples']; meterStopWh: number | null; endedAt: string },
) {
  const findings = takeSamples(before, end.samples, 'during');
  if (end.meterStopWh === null) return findings;
  if (!isMeterReading(end.meterStopWh)) {
    findings.negative.push(`meterStop of ${end.meterStopWh} Wh`);
    return findings;
  }
  const endedAtMs = timeMs(end.endedAt);
  if (isEarlierReading(findings.meter, end.meterStopWh, endedAtMs)) {
    const upTo = new Date(findings.meter.latestAtMs).toISOString();
    findings.afterEnd.push(`MeterValues up to ${upTo} are from after the end at ${end.endedAt}`);
    findings.meter = { ...findings.meter, latestWh: end.meterStopWh, latestAtMs: endedAtMs };
  } else if (end.meterStopWh !== stopRegisterWh(findings.meter)) {
    // The stop is the last word even when samples carry later times (clocks jump).
    const atMs = Math.max(endedAtMs, findings.meter.latestAtMs, findings.meter.startAtMs);
    if (findings.meter.startWh !== null) takeLatest(findings, end.meterStopWh, atMs, end.endedAt);
    else findings.meter = { ...findings.meter, latestWh: end.meterStopWh, latestAtMs: atMs };
  }
  // A sample of the very instant of the end, which comes after the stop, does not outdo it.
  const { latestWh, latestAtMs } = findings.meter;
  const isBelieved = latestAtMs === endedAtMs || (latestAtMs < endedAtMs && latestWh === end.meterStopWh);
  if (isBelieved) findings.meter = { ...findings.meter, latestAtMs: endedAtMs + 1 };
  return findings;
}

/**
 * 1.6 §6.49: meterStop is the reading at the end of the transaction. A charger that samples on until its queued stop is
 * answered has told higher readings of later times by then: they are no part of it, and no meter went backwards.
 */
function isEarlierReading({ startWh, latestWh, latestAtMs }: MeterState, stopWh: number, endedAtMs: number): boolean {
  return (
    startWh !== null && latestWh !== null && endedAtMs <= latestAtMs && startWh <= stopWh && stopWh + 1 <= latestWh
  );
}

function started(data: DataOf<'SessionStarted'>, context: FactContext): SessionState {
  return {
    status: 'active',
    ...EMPTY_BOOK,
    sessionId: data.sessionId,
    transactionId: data.transactionId,
    startKnown: data.startKnown,
    startedAt: data.startedAt,
    evseId: data.evseId,
    connectorId: data.connectorId,
    token: data.token,
    authorizationStatus: data.authorizationStatus,
    chargingState: data.chargingState,
    meter: meterAtStart(data).meter,
    sequence: withSeqNo(EMPTY_BOOK.sequence, data.seqNo, data.startKnown),
    recent: remember(EMPTY_BOOK.recent, context.causationId),
    lastActivityAt: context.occurredAt,
  };
}

function updated(
  state: Exclude<SessionState, { status: 'none' }>,
  data: DataOf<'SessionUpdated'>,
  context: FactContext,
): SessionState {
  return {
    ...state,
    evseId: data.evseId ?? state.evseId,
    connectorId: data.connectorId ?? state.connectorId,
    token: data.token ?? state.token,
    chargingState: data.chargingState ?? state.chargingState,
    meter: takeSamples(state.meter, data.samples, 'during').meter,
    sequence: withSeqNo(state.sequence, data.seqNo),
    lastActivityAt: later(state.lastActivityAt, context.occurredAt),
  };
}

function ended(
  state: Exclude<SessionState, { status: 'none' }>,
  data: DataOf<'SessionEnded'>,
  context: FactContext,
): EndedSession {
  return {
    ...state,
    status: 'ended',
    endedAt: data.endedAt,
    // Ends nobody reported: by the next start, or in 2.x (where a stop has a seqNo) by the charger's status.
    endKnown:
      !state.flagged.includes('EndedByNextStart') && (data.seqNo !== null || state.sequence.ranges.length === 0),
    meter: meterAtEnd(state.meter, data).meter,
    sequence: withSeqNo(state.sequence, data.seqNo),
    energyWh: data.energyWh,
    incomplete: data.incomplete,
    lastActivityAt: later(state.lastActivityAt, context.occurredAt),
  };
}

function corrected(state: Exclude<SessionState, { status: 'none' }>, data: DataOf<'SessionCorrected'>): SessionState {
  let { meter } = state;
  if (data.startKnown === true) {
    const startAtMs = timeMs(data.startedAt ?? state.startedAt);
    meter = takeSamples(withLateStart(meter, data.meterStartWh ?? null, startAtMs), data.samples, 'start').meter;
  } else {
    meter = meterAtEnd(meter, {
      samples: data.samples,
      meterStopWh: data.meterStopWh ?? null,
      endedAt: data.endedAt ?? state.lastActivityAt,
    }).meter;
  }
  const next = {
    ...state,
    startKnown: state.startKnown || data.startKnown === true,
    startedAt: data.startedAt ?? state.startedAt,
    evseId: data.evseId ?? state.evseId,
    connectorId: data.connectorId ?? state.connectorId,
    token: data.token ?? state.token,
    meter,
    sequence: withSeqNo(state.sequence, data.seqNo, data.startKnown === true),
  };
  if (next.status === 'active') return next;
  return {
    ...next,
    endedAt: data.endedAt ?? next.endedAt,
    endKnown: next.endKnown || data.endedAt !== undefined,
    energyWh: data.energyWh === undefined ? next.energyWh : data.energyWh,
    incomplete: data.incomplete ?? next.incomplete,
  };
}

/** A start that comes after later readings: what was taken for the first reading was one on the way. */
export function withLateStart(meter: MeterState, startWh: number | null, atMs: number): MeterState {
  const onTheWay =
    meter.latestWh === null && meter.startWh !== null && !meter.startIsTold
      ? { ...meter, latestWh: meter.startWh, latestAtMs: meter.startAtMs }
      : meter;
  return isMeterReading(startWh) ? withToldStart(onTheWay, startWh, atMs) : onTheWay;
}

function later(a: string, b: string): string {
  return timeMs(b) > timeMs(a) ? b : a;
}
