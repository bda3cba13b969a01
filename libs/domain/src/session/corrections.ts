import type { MeterReport, TransactionReport } from './commands';
import type { FactList } from './fact-list';
import { meterAtEnd, withLateStart } from './evolve';
import { energyWhOf, isMeterReading, stopRegisterWh, takeSamples } from './meter';
import { timeMs } from './readings';
import { hasSeqNo, missingSeqNos, withSeqNo, type SequenceState } from './sequence';
import type { ActiveSession, EndedSession } from './state';

/** The start that was missing: before the end it completes the session, after it the totals are corrected. */
export function correctWithLateStart(
  facts: FactList,
  state: ActiveSession | EndedSession,
  event: TransactionReport,
): void {
  const report = event.data;
  const told = isMeterReading(report.meterWh) ? report.meterWh : null;
  if (report.meterWh !== null && told === null) facts.flag('NegativeMeter', `meterStart of ${report.meterWh} Wh`);
  const findings = takeSamples(withLateStart(state.meter, told, timeMs(event.occurredAt)), report.samples, 'start');
  facts.meterFindings(findings);
  const sequence = withSeqNo(state.sequence, report.seqNo, true);
  facts.add({
    type: 'SessionCorrected',
    data: {
      reason: 'StartArrivedLate',
      seqNo: report.seqNo,
      startKnown: true,
      startedAt: event.occurredAt,
      meterStartWh: findings.meter.startIsTold ? findings.meter.startWh : null,
      energyWh: energyWhOf(findings.meter),
      evseId: report.evseId ?? state.evseId,
      connectorId: report.connectorId ?? state.connectorId,
      token: report.token ?? state.token,
      authorizationStatus: report.authorizationStatus,
      reservationId: report.reservationId,
      remoteStartId: report.remoteStartId,
      ...(state.status === 'ended' ? completeness(sequence, true, state.endKnown) : {}),
      samples: report.samples,
    },
  });
}

/** The stop of a session that the next start had ended. */
export function correctWithLateStop(facts: FactList, state: EndedSession, event: TransactionReport): void {
  const report = event.data;
  facts.reportFlags(event);
  const end = { samples: report.samples, meterStopWh: report.meterWh, endedAt: event.occurredAt };
  const findings = meterAtEnd(state.meter, end);
  facts.meterFindings(findings);
  facts.add({
    type: 'SessionCorrected',
    data: {
      reason: 'StopArrivedLate',
      seqNo: report.seqNo,
      endedAt: event.occurredAt,
      meterStopWh: isMeterReading(report.meterWh) ? report.meterWh : stopRegisterWh(findings.meter),
      energyWh: energyWhOf(findings.meter),
      stopReason: report.stoppedReason,
      stopToken: report.token,
      ...completeness(withSeqNo(state.sequence, report.seqNo), state.startKnown, true),
      samples: report.samples,
    },
  });
}

/** Anything else after the end: a number that was missing, samples from before the end, or what should not come. */
export function correctWithLateMessage(
  facts: FactList,
  state: EndedSession,
  event: TransactionReport | MeterReport,
): void {
  const seqNo = 'seqNo' in event.data ? event.data.seqNo : null;
  const fillsGap = seqNo !== null && missingSeqNos(state.sequence).includes(seqNo);
  const isLate =
    timeMs(event.occurredAt) <= timeMs(state.endedAt) && !('kind' in event.data && event.data.kind === 'Ended');
  if (seqNo !== null && hasSeqNo(state.sequence, seqNo)) {
    facts.flag('SeqNoReused', `seqNo ${seqNo} came with another payload`);
  }
  if (!fillsGap && !isLate) {
    const what = event.type === 'MeterValuesReported' ? 'MeterValues' : event.data.kind;
    facts.flag('EventAfterEnd', `${what} of ${event.occurredAt} came after the end at ${state.endedAt}`);
  }
  const { samples } = event.data;
  if (!fillsGap && samples.length === 0) {
    // Nothing to add to the book, but that it came is told at least once.
    if (facts.all.length === 0)
      facts.add({ type: 'SessionCorrected', data: { reason: 'LateMessage', seqNo, samples } });
    return;
  }
  const findings = takeSamples(state.meter, samples, 'during');
  facts.meterFindings(findings);
  // What is from after the end is kept and flagged, and changes no totals.
  const changesTotals = fillsGap || isLate;
  const energyWh = energyWhOf(findings.meter);
  facts.add({
    type: 'SessionCorrected',
    data: {
      reason: fillsGap ? 'GapFilled' : isLate ? 'LateMessage' : 'EventAfterEnd',
      seqNo,
      ...(changesTotals && energyWh !== state.energyWh ? { energyWh } : {}),
      ...(seqNo === null ? {} : completeness(withSeqNo(state.sequence, seqNo), state.startKnown, state.endKnown)),
      samples,
    },
  });
}

function completeness(
  sequence: SequenceState,
  startKnown: boolean,
  endKnown: boolean,
): { incomplete: boolean; missingSeqNos: number[] } {
  const missing = sequence.ranges.length === 0 ? [] : missingSeqNos(sequence);
  return { incomplete: missing.length > 0 || !startKnown || !endKnown, missingSeqNos: missing };
}
