import type { SessionFact } from '@chargestream/contracts';
import { assertNever } from '../decider';
import { hasSeen } from '../recent-ids';
import type { MeterReport, SessionCommand, TransactionReport } from './commands';
import { correctWithLateMessage, correctWithLateStart, correctWithLateStop } from './corrections';
import { FactList } from './fact-list';
import { energyWhOf, isMeterReading, latestRegisterWh, stopRegisterWh, takeSamples } from './meter';
import { meterAtEnd, meterAtStart } from './evolve';
import { timeMs } from './readings';
import { hasSeqNo, highest, missingSeqNos, withSeqNo } from './sequence';
import type { ActiveSession, SessionState } from './state';

type MessageCommand = Extract<SessionCommand, { kind: 'report' | 'meter' }>;

/** Which facts follow. Reports from chargers are never rejected: what does not fit is kept and flagged. */
export function decideSession(state: SessionState, command: SessionCommand): readonly SessionFact[] {
  const cause = 'cause' in command ? command.cause : command.event;
  // The same bus record again, or a retry under a new messageId: its natural key gave it the same id.
  if (state.status !== 'none' && hasSeen(state.recent, cause.id)) return [];
  if (command.kind === 'endByNextStart') return endByNextStart(state, command.cause);
  if (command.kind === 'endByStatus') return state.status === 'active' ? [endAtLastSign(state)] : [];
  if (state.status !== 'none' && isForgottenRepeat(state, command)) return [];

  const facts = new FactList(state.status === 'none' ? [] : state.flagged);
  if (state.status !== 'none') facts.notes(command.notes);
  switch (state.status) {
    case 'none':
      openSession(facts, command);
      break;
    case 'active':
      if (command.kind === 'report') reportToActive(facts, state, command.event);
      else meterToActive(facts, state, command.event);
      break;
    case 'ended':
      if (command.kind === 'report' && command.event.data.kind === 'Started' && !state.startKnown) {
        correctWithLateStart(facts, state, command.event);
      } else if (command.kind === 'report' && command.event.data.kind === 'Ended' && !state.endKnown) {
        correctWithLateStop(facts, state, command.event);
      } else {
        correctWithLateMessage(facts, state, command.event);
      }
      break;
    default:
      return assertNever(state, 'session state');
  }
  return facts.all;
}

/** A seqNo so far behind that its id has been forgotten: taken for a repeat, because a double would change totals. */
function isForgottenRepeat(state: Exclude<SessionState, { status: 'none' }>, command: MessageCommand): boolean {
  if (command.kind === 'meter') return false;
  const { seqNo, kind } = command.event.data;
  // 1.6: one natural key, one session: the start cannot come a second time with other content.
  if (seqNo === null) return kind === 'Started' && state.startKnown;
  return hasSeqNo(state.sequence, seqNo) && (highest(state.sequence) ?? 0) - seqNo > 900;
}

function openSession(facts: FactList, command: MessageCommand): void {
  const { event } = command;
  const report = command.kind === 'report' ? command.event.data : null;
  const startKnown = report?.kind === 'Started';
  const samples = report?.kind === 'Ended' ? [] : event.data.samples;
  const startedAt = startKnown ? event.occurredAt : earliestTime(event.data.samples, event.occurredAt);
  const told = startKnown && isMeterReading(report.meterWh) ? report.meterWh : null;
  const atStart = meterAtStart({ meterStartWh: told, startedAt, samples, startKnown });
  facts.add({
    type: 'SessionStarted',
    data: {
      sessionId: command.sessionId,
      transactionId: event.data.transactionId ?? '',
      evseId: event.data.evseId,
      connectorId: event.data.connectorId,
      token: report?.token ?? null,
      authorizationStatus: report?.authorizationStatus ?? null,
      startedAt,
      meterStartWh: told ?? (startKnown ? atStart.meter.startWh : null),
      chargingState: report?.chargingState ?? null,
      reservationId: report?.reservationId ?? null,
      remoteStartId: report?.remoteStartId ?? null,
      offlineReplayed: report?.offline ?? false,
      startKnown,
      // An unknown session's Ended keeps its seqNo for its own fact.
      seqNo: report?.kind === 'Ended' ? null : (report?.seqNo ?? null),
      samples,
    },
  });
  facts.notes(command.notes);
  if (!startKnown) facts.flag('StartUnknown', `opened by ${report?.kind ?? 'MeterValues'}; its start never came`);
  if (startKnown && report.meterWh !== null && told === null)
    facts.flag('NegativeMeter', `meterStart of ${report.meterWh} Wh`);
  facts.meterFindings(atStart);
  if (report !== null) facts.reportFlags(event as TransactionReport);
  if (report?.kind === 'Ended') endSession(facts, bookOf(facts, command), event as TransactionReport);
}

/** The session as just opened: an Ended for a transaction never seen opens and ends it in one go. */
function bookOf(facts: FactList, command: MessageCommand): ActiveSession {
  const state = facts.evolved({ status: 'none' }, command.event);
  if (state.status !== 'active') throw new Error(`Session ${command.sessionId} was not opened`);
  return state;
}

function reportToActive(facts: FactList, state: ActiveSession, event: TransactionReport): void {
  const report = event.data;
  facts.reportFlags(event);
  if (report.seqNo !== null) flagSequence(facts, state, report.seqNo);
  switch (report.kind) {
    case 'Started':
      if (!state.startKnown) return correctWithLateStart(facts, state, event);
      facts.flag('TransactionIdReused', `a second start, at ${event.occurredAt}, while the session runs`);
      return updateSession(facts, state, event);
    case 'Updated':
      return updateSession(facts, state, event);
    case 'Ended':
      return endSession(facts, state, event);
    default:
      return assertNever(report.kind, 'transaction report');
  }
}

function flagSequence(facts: FactList, state: ActiveSession, seqNo: number): void {
  const newest = highest(state.sequence);
  if (newest === null) return;
  // 2.0.1 E 1.3.2: every number between the start's and the stop's tells that all messages came.
  if (seqNo > newest + 1) facts.gap(`${newest} was followed by ${seqNo}`);
  else if (hasSeqNo(state.sequence, seqNo)) facts.flag('SeqNoReused', `seqNo ${seqNo} came with another payload`);
}

function updateSession(facts: FactList, state: ActiveSession, event: TransactionReport): void {
  const report = event.data;
  const findings = takeSamples(state.meter, report.samples, 'during');
  facts.meterFindings(findings);
  facts.add({
    type: 'SessionUpdated',
    data: {
      seqNo: report.seqNo,
      triggerReason: report.triggerReason,
      chargingState: report.chargingState,
      evseId: report.evseId,
      connectorId: report.connectorId,
      token: report.token,
      timeSpentChargingS: report.timeSpentChargingS,
      samples: report.samples,
      meterWh: latestRegisterWh(findings.meter),
      energyWh: energyWhOf(findings.meter),
    },
  });
}

function meterToActive(facts: FactList, state: ActiveSession, event: MeterReport): void {
  const findings = takeSamples(state.meter, event.data.samples, 'during');
  facts.meterFindings(findings);
  facts.add({
    type: 'SessionUpdated',
    data: {
      seqNo: null,
      triggerReason: null,
      chargingState: null,
      evseId: null,
      connectorId: null,
      token: null,
      timeSpentChargingS: null,
      samples: event.data.samples,
      meterWh: latestRegisterWh(findings.meter),
      energyWh: energyWhOf(findings.meter),
    },
  });
}

function endSession(facts: FactList, state: ActiveSession, event: TransactionReport): void {
  const report = event.data;
  const end = { samples: report.samples, meterStopWh: report.meterWh, endedAt: event.occurredAt };
  const findings = meterAtEnd(state.meter, end);
  facts.meterFindings(findings);
  const missing = report.seqNo === null ? [] : missingSeqNos(withSeqNo(state.sequence, report.seqNo));
  facts.add({
    type: 'SessionEnded',
    data: {
      endedAt: event.occurredAt,
      meterStopWh: isMeterReading(report.meterWh) ? report.meterWh : stopRegisterWh(findings.meter),
      energyWh: energyWhOf(findings.meter),
      stopReason: report.stoppedReason,
      stopToken: report.token,
      seqNo: report.seqNo,
      incomplete: missing.length > 0 || !state.startKnown,
      missingSeqNos: missing,
      samples: report.samples,
    },
  });
}

/**
 * 1.6 §4.8 and 2.x E: one transaction at a time on a connector or EVSE, so the open one has ended, and its stop is lost
 * or late. It ends at the last sign of life; a stop that comes after all corrects it.
 */
function endByNextStart(state: SessionState, cause: TransactionReport): readonly SessionFact[] {
  if (state.status !== 'active') return [];
  const facts = new FactList(state.flagged);
  facts.flag('EndedByNextStart', `the next transaction started at ${cause.occurredAt}; the stop has not come`);
  const end = endAtLastSign(state);
  const nextStartIsEarlier = timeMs(cause.occurredAt) < timeMs(state.lastActivityAt);
  facts.add(nextStartIsEarlier ? { ...end, data: { ...end.data, endedAt: cause.occurredAt } } : end);
  return facts.all;
}

/**
 * The end of a session whose stop has not come: at its last sign of life, and incomplete. In 2.x a transaction that a
 * charger knows no more and has nothing queued of (GetTransactionStatus, E14) will not tell its end any more.
 */
function endAtLastSign(state: ActiveSession): Extract<SessionFact, { type: 'SessionEnded' }> {
  return {
    type: 'SessionEnded',
    data: {
      endedAt: state.lastActivityAt,
      meterStopWh: stopRegisterWh(state.meter),
      energyWh: energyWhOf(state.meter),
      stopReason: null,
      stopToken: null,
      seqNo: null,
      incomplete: true,
      missingSeqNos: state.sequence.ranges.length === 0 ? [] : missingSeqNos(state.sequence),
      samples: [],
    },
  };
}

function earliestTime(samples: readonly { timestamp: string }[], otherwise: string): string {
  return samples.reduce((earliest, { timestamp }) => {
    const ms = timeMs(timestamp);
    return Number.isFinite(ms) && ms < timeMs(earliest) ? timestamp : earliest;
  }, otherwise);
}
