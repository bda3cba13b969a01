import type { SessionFact } from '@chargestream/contracts';
import { given } from '../testing/given-when-then';
import { at, context, event, meterValues16, register, start16, stop16, tx2 } from '../testing/events';
import { sessionDecider, type MeterReport, type SessionCommand, type TransactionReport } from '.';

const report = (event: TransactionReport): SessionCommand => ({ kind: 'report', sessionId: 's', event, notes: [] });
const meter = (event: MeterReport): SessionCommand => ({ kind: 'meter', sessionId: 's', event, notes: [] });
const nextStart = (cause: TransactionReport): SessionCommand => ({ kind: 'endByNextStart', cause });
const session = given(sessionDecider, (command: SessionCommand) =>
  context('cause' in command ? command.cause : command.event),
);

type DataOf<Type extends SessionFact['type']> = Extract<SessionFact, { type: Type }>['data'];
function dataOf<Type extends SessionFact['type']>(outcome: unknown, type: Type): DataOf<Type> {
  const fact = (outcome as SessionFact[]).find((candidate) => candidate.type === type);
  if (fact === undefined) throw new Error(`No ${type} in ${JSON.stringify(outcome)}`);
  return fact.data as DataOf<Type>;
}
function anomalies(outcome: unknown): string[] {
  return (outcome as SessionFact[]).flatMap((fact) =>
    fact.type === 'SessionAnomalyDetected' ? [fact.data.anomaly] : [],
  );
}
const types = (outcome: unknown) => (outcome as SessionFact[]).map((fact) => fact.type);

describe('a 1.6 session', () => {
  it('starts, is sampled, and ends with the energy between meterStart and meterStop', () => {
    const started = session([]).when(report(start16(0)));
    expect(types(started.outcome)).toEqual(['SessionStarted']);
    expect(dataOf(started.outcome, 'SessionStarted')).toMatchObject({
      startKnown: true,
      meterStartWh: 1_000,
      startedAt: at(0),
    });

    const sampled = session([report(start16(0))]).when(meter(meterValues16(5, [register(2_500, 5)])));
    expect(dataOf(sampled.outcome, 'SessionUpdated')).toMatchObject({ meterWh: 2_500, energyWh: 1_500 });

    const ended = session([report(start16(0)), meter(meterValues16(5, [register(2_500, 5)]))]).when(report(stop16(9)));
    expect(ended.outcome).toEqual([
      expect.objectContaining({
        type: 'SessionEnded',
        data: expect.objectContaining({
          energyWh: 4_000,
          meterStopWh: 5_000,
          endedAt: at(9),
          incomplete: false,
          stopReason: 'Local',
        }),
      }),
    ]);
  });

  it('takes a StartTransaction once, whatever messageId its retries have', () => {
    const retry = start16(0, {}, { ocppMessageId: 'another' });
    session([report(start16(0))])
      .when(report(retry))
      .thenNothing();
  });

  it('takes redelivered MeterValues and StopTransaction once, after the end too', () => {
    const sample = meter(meterValues16(5, [register(2_500, 5)]));
    session([report(start16(0)), sample])
      .when(sample)
      .thenNothing();
    session([report(start16(0)), sample, report(stop16(9))])
      .when(sample)
      .thenNothing();
    session([report(start16(0)), sample, report(stop16(9))])
      .when(report(stop16(9)))
      .thenNothing();
  });

  it('recognises the whole of a redelivered batch of 500', () => {
    const samples = Array.from({ length: 500 }, (_, n) => meter(meterValues16(n + 1, [register(1_000 + n, n + 1)])));
    const story = [report(start16(0)), ...samples];
    for (const again of [story[0]!, story[1]!, story[250]!, story[500]!]) session(story).when(again).thenNothing();
  });

  it('is opened and ended, incomplete, by a stop whose start never came', () => {
    const { outcome } = session([]).when(report(stop16(9)));
    expect(types(outcome)).toEqual(['SessionStarted', 'SessionAnomalyDetected', 'SessionEnded']);
    expect(dataOf(outcome, 'SessionStarted').startKnown).toBe(false);
    expect(anomalies(outcome)).toEqual(['StartUnknown']);
    expect(dataOf(outcome, 'SessionEnded')).toMatchObject({ incomplete: true, energyWh: null, meterStopWh: 5_000 });
  });

  it('reads the energy of an unknown start from Transaction.Begin in transactionData', () => {
    const samples = [
      register(1_200, 1, { context: 'Transaction.Begin' }),
      register(5_000, 9, { context: 'Transaction.End' }),
    ];
    const { outcome } = session([]).when(report(stop16(9, { samples })));
    expect(dataOf(outcome, 'SessionStarted').startedAt).toBe(at(1));
    expect(dataOf(outcome, 'SessionEnded')).toMatchObject({ energyWh: 3_800, incomplete: true });
  });

  it('is completed by a start that comes after its stop', () => {
    const { outcome, state } = session([report(stop16(9))]).when(report(start16(0)));
    expect(dataOf(outcome, 'SessionCorrected')).toMatchObject({
      reason: 'StartArrivedLate',
      startKnown: true,
      startedAt: at(0),
      meterStartWh: 1_000,
      energyWh: 4_000,
      incomplete: false,
      token: { idToken: 'TAG', type: null },
    });
    expect(state()).toMatchObject({ status: 'ended', startKnown: true, energyWh: 4_000 });
  });

  it('is completed by a start that comes after its first samples, and runs on', () => {
    const early = meter(meterValues16(2, [register(1_500, 2)]));
    const { outcome } = session([early]).when(report(start16(0)));
    expect(dataOf(outcome, 'SessionCorrected')).toMatchObject({ reason: 'StartArrivedLate', energyWh: 500 });
    const ended = session([early, report(start16(0))]).when(report(stop16(9)));
    expect(dataOf(ended.outcome, 'SessionEnded')).toMatchObject({ energyWh: 4_000, incomplete: false });
  });

  it('is a closed book: a repeated start or a second stop after its end never opens it again', () => {
    const closed = [report(start16(0)), report(stop16(9))];
    session(closed)
      .when(report(start16(0, {}, { id: 'other-id' })))
      .thenNothing();
    const second = session(closed).when(report(stop16(12, { meterWh: 9_000 })));
    expect(anomalies(second.outcome)).toEqual(['EventAfterEnd']);
    expect(second.state()).toMatchObject({ status: 'ended', energyWh: 4_000, endedAt: at(9) });
  });

  it('keeps late samples from before the end as a correction, and flags those from after it', () => {
    const closed = [report(start16(0)), report(stop16(9))];
    const late = session(closed).when(meter(meterValues16(5, [register(2_500, 5)])));
    expect(types(late.outcome)).toEqual(['SessionCorrected']);
    expect(dataOf(late.outcome, 'SessionCorrected')).toMatchObject({
      reason: 'LateMessage',
      samples: [{ value: 2_500 }],
    });
    expect(dataOf(late.outcome, 'SessionCorrected')).not.toHaveProperty('energyWh');
    const after = session(closed).when(meter(meterValues16(20, [register(7_000, 20)])));
    expect(anomalies(after.outcome)).toEqual(['EventAfterEnd']);
    expect(dataOf(after.outcome, 'SessionCorrected').samples).toHaveLength(1);
    expect(after.state()).toMatchObject({ energyWh: 4_000 });
  });

  it('takes negative meters as unknown and says so', () => {
    const started = session([]).when(report(start16(0, { meterWh: -1 })));
    expect(dataOf(started.outcome, 'SessionStarted').meterStartWh).toBeNull();
    expect(anomalies(started.outcome)).toEqual(['NegativeMeter']);

    const stopped = session([report(start16(0)), meter(meterValues16(5, [register(2_500, 5)]))]).when(
      report(stop16(9, { meterWh: -1 })),
    );
    expect(anomalies(stopped.outcome)).toEqual(['NegativeMeter']);
    expect(dataOf(stopped.outcome, 'SessionEnded')).toMatchObject({ energyWh: 1_500, meterStopWh: 2_500 });

    const blind = session([report(start16(0))]).when(report(stop16(9, { meterWh: -1 })));
    expect(dataOf(blind.outcome, 'SessionEnded')).toMatchObject({ energyWh: null, meterStopWh: null });
  });

  it('flags a meter that goes backwards once, and never takes energy back', () => {
    const story = [report(start16(0)), meter(meterValues16(5, [register(2_500, 5)]))];
    const back = session(story).when(meter(meterValues16(6, [register(900, 6)])));
    expect(anomalies(back.outcome)).toEqual(['MeterWentBackwards']);
    expect(dataOf(back.outcome, 'SessionUpdated').energyWh).toBe(1_500);
    const again = session([...story, meter(meterValues16(6, [register(900, 6)]))]).when(
      meter(meterValues16(7, [register(901, 7)])),
    );
    expect(anomalies(again.outcome)).toEqual([]);
  });

  it('ends with meterStop when the charger sampled on until its queued stop was sent', () => {
    const sampledOn = [report(start16(0)), meter(meterValues16(5, [register(1_060, 5)]))];
    const late = meter(meterValues16(9, [register(1_235, 9)]));
    const { outcome } = session([...sampledOn, late]).when(report(stop16(6, { meterWh: 1_066 })));
    expect(dataOf(outcome, 'SessionEnded')).toMatchObject({ energyWh: 66, meterStopWh: 1_066 });
    expect(anomalies(outcome)).toEqual(['EventAfterEnd']);

    // The same, told in order.
    const inOrder = session([...sampledOn, report(stop16(6, { meterWh: 1_066 }))]).when(late);
    expect(anomalies(inOrder.outcome)).toEqual(['EventAfterEnd']);
    expect(dataOf(inOrder.outcome, 'SessionCorrected').energyWh).toBeUndefined();

    // A sample of the very instant of the end does not outdo meterStop, whichever comes first.
    const sameInstant = meter(meterValues16(6, [register(1_080, 6)]));
    const first = session([...sampledOn, sameInstant]).when(report(stop16(6, { meterWh: 1_066 })));
    expect(dataOf(first.outcome, 'SessionEnded').energyWh).toBe(66);
    const second = session([...sampledOn, report(stop16(6, { meterWh: 1_066 }))]).when(sameInstant);
    expect(dataOf(second.outcome, 'SessionCorrected').energyWh).toBeUndefined();
    const same = session([...sampledOn, report(stop16(6, { meterWh: 1_060 }))]).when(sameInstant);
    expect(dataOf(same.outcome, 'SessionCorrected').energyWh).toBeUndefined();

    // Below what it began with it is no reading of an earlier time.
    const broken = session([...sampledOn, late]).when(report(stop16(6, { meterWh: 3 })));
    expect(anomalies(broken.outcome)).toEqual(['MeterWentBackwards']);
    expect(dataOf(broken.outcome, 'SessionEnded').energyWh).toBe(235);
  });

  it('does not believe a reading of more than any vehicle takes, and goes on with those after it', () => {
    const story = [report(start16(0)), meter(meterValues16(5, [register(2_500, 5)]))];
    const glitch = meter(meterValues16(6, [register(999_999_999_999, 6)]));
    const { outcome } = session(story).when(glitch);
    expect(anomalies(outcome)).toEqual(['MeterWentBackwards']);
    expect(dataOf(outcome, 'SessionUpdated').energyWh).toBe(1_500);
    const end = session([...story, glitch]).when(report(stop16(10, { meterWh: 6_000 })));
    expect(anomalies(end.outcome)).toEqual([]);
    expect(dataOf(end.outcome, 'SessionEnded')).toMatchObject({ meterStopWh: 6_000, energyWh: 5_000 });
    const huge = session(story).when(report(stop16(10, { meterWh: 1e23 })));
    expect(anomalies(huge.outcome)).toEqual(['MeterWentBackwards']);
    expect(dataOf(huge.outcome, 'SessionEnded').energyWh).toBe(1_500);
  });

  it('flags a token that was not accepted and a clock nobody believes', () => {
    const { outcome } = session([]).when(
      report(start16(0, { authorizationStatus: 'Invalid', clockImplausible: true })),
    );
    expect(anomalies(outcome).sort()).toEqual(['ClockImplausible', 'TokenNotAccepted']);
  });

  it('keeps what the charger’s book noted, after its start', () => {
    const notes = [{ anomaly: 'TransactionIdNotAssigned' as const, detail: 'transactionId -1' }];
    const { outcome } = session([]).when({ kind: 'report', sessionId: 's', event: stop16(9), notes });
    expect(types(outcome)[0]).toBe('SessionStarted');
    expect(anomalies(outcome)).toEqual(['TransactionIdNotAssigned', 'StartUnknown']);
  });

  it('is ended by the next start on its connector at its last sign of life, and corrected when the stop comes late', () => {
    const running = [report(start16(0)), meter(meterValues16(5, [register(2_500, 5)]))];
    const ended = session(running).when(nextStart(start16(30)));
    expect(anomalies(ended.outcome)).toEqual(['EndedByNextStart']);
    expect(dataOf(ended.outcome, 'SessionEnded')).toMatchObject({ endedAt: at(5), energyWh: 1_500, incomplete: true });
    const stopped = session([...running, nextStart(start16(30))]).when(report(stop16(9)));
    expect(dataOf(stopped.outcome, 'SessionCorrected')).toMatchObject({
      reason: 'StopArrivedLate',
      endedAt: at(9),
      energyWh: 4_000,
      meterStopWh: 5_000,
      stopReason: 'Local',
      incomplete: false,
    });
    session([...running, report(stop16(9))])
      .when(nextStart(start16(30)))
      .thenNothing();
  });
});

describe('a 2.x session', () => {
  const begin = register(1_000, 0, { context: 'Transaction.Begin' });
  const started = tx2('Started', 0, 0, { samples: [begin] });

  it('takes its energy from Transaction.Begin and Transaction.End', () => {
    const end = register(4_500, 9, { context: 'Transaction.End' });
    const { outcome } = session([report(started), report(tx2('Updated', 1, 5))]).when(
      report(tx2('Ended', 2, 9, { samples: [end] })),
    );
    expect(types(outcome)).toEqual(['SessionEnded']);
    expect(dataOf(outcome, 'SessionEnded')).toMatchObject({
      energyWh: 3_500,
      meterStopWh: 4_500,
      missingSeqNos: [],
      incomplete: false,
    });
  });

  it('flags a gap in the sequence when it opens, and ends incomplete when it is not filled', () => {
    const gap = session([report(started)]).when(report(tx2('Updated', 3, 5)));
    expect(anomalies(gap.outcome)).toEqual(['SeqNoGap']);
    const ended = session([report(started), report(tx2('Updated', 3, 5))]).when(report(tx2('Ended', 4, 9)));
    expect(dataOf(ended.outcome, 'SessionEnded')).toMatchObject({ incomplete: true, missingSeqNos: [1, 2] });
  });

  it('fills gaps with what comes late, before the end and after it', () => {
    const filled = [report(started), report(tx2('Updated', 2, 5)), report(tx2('Updated', 1, 4))];
    const ended = session(filled).when(report(tx2('Ended', 3, 9)));
    expect(dataOf(ended.outcome, 'SessionEnded')).toMatchObject({ incomplete: false, missingSeqNos: [] });

    const late = session([report(started), report(tx2('Ended', 3, 9))]).when(report(tx2('Updated', 1, 4)));
    expect(dataOf(late.outcome, 'SessionCorrected')).toMatchObject({
      reason: 'GapFilled',
      missingSeqNos: [2],
      incomplete: true,
    });
    const complete = session([report(started), report(tx2('Ended', 3, 9)), report(tx2('Updated', 1, 4))]).when(
      report(tx2('Updated', 2, 5)),
    );
    expect(dataOf(complete.outcome, 'SessionCorrected')).toMatchObject({ missingSeqNos: [], incomplete: false });
  });

  it('corrects the energy by an interval that fills a gap', () => {
    const interval = (wh: number, minute: number) => [
      register(wh, minute, { measurand: 'Energy.Active.Import.Interval' }),
    ];
    const story = [
      report(tx2('Started', 0, 0)),
      report(tx2('Updated', 1, 5, { samples: interval(100, 5) })),
      report(tx2('Ended', 3, 15, { samples: interval(300, 15) })),
    ];
    const { outcome } = session(story).when(report(tx2('Updated', 2, 10, { samples: interval(200, 10) })));
    expect(dataOf(outcome, 'SessionCorrected')).toMatchObject({ energyWh: 600, incomplete: false });
  });

  it('flags a seqNo that comes again with another payload, and keeps its samples', () => {
    const { outcome } = session([report(started), report(tx2('Updated', 1, 5))]).when(
      report(tx2('Updated', 1, 6, { samples: [register(1_700, 6)] })),
    );
    expect(anomalies(outcome)).toEqual(['SeqNoReused']);
    expect(dataOf(outcome, 'SessionUpdated').energyWh).toBe(700);
  });

  it('takes a repeated TransactionEvent once', () => {
    session([report(started)])
      .when(report(started))
      .thenNothing();
    const update = tx2('Updated', 1, 5);
    session([report(started), report(update)])
      .when(report({ ...update, ocppMessageId: 'retry', receivedAt: at(60) }))
      .thenNothing();
  });

  it('may begin with an Updated, and is completed by its Started', () => {
    const first = session([]).when(report(tx2('Updated', 1, 5, { samples: [register(1_500, 5)] })));
    expect(anomalies(first.outcome)).toEqual(['StartUnknown']);
    const story = [report(tx2('Updated', 1, 5, { samples: [register(1_500, 5)] })), report(started)];
    const { outcome } = session(story).when(report(tx2('Ended', 2, 9, { samples: [register(2_000, 9)] })));
    expect(dataOf(outcome, 'SessionEnded')).toMatchObject({ energyWh: 1_000, incomplete: false, missingSeqNos: [] });
  });

  it('counts from where its Started counts: chargers may count on for ever', () => {
    const { outcome } = session([report(tx2('Started', 500, 0))]).when(report(tx2('Ended', 501, 9)));
    expect(dataOf(outcome, 'SessionEnded').missingSeqNos).toEqual([]);
  });

  it('misses everything from 0 when its Started never came', () => {
    const { outcome } = session([]).when(report(tx2('Ended', 2, 9)));
    expect(dataOf(outcome, 'SessionEnded')).toMatchObject({ missingSeqNos: [0, 1], incomplete: true });
  });

  it('ends incomplete when the charger knows it no more and has nothing queued, and is corrected by a stop that comes all the same', () => {
    const response = { ongoingIndicator: false, messagesInQueue: false };
    const cause = event('CommandFinished', {
      commandId: 'c',
      outcome: 'ACCEPTED',
      ocppAction: 'GetTransactionStatus',
      response,
      error: null,
    });
    const story = [report(started), report(tx2('Updated', 3, 5, { samples: [register(1_800, 5)] }))];
    const settled = session(story).when({ kind: 'endByStatus', cause });
    expect(dataOf(settled.outcome, 'SessionEnded')).toMatchObject({
      endedAt: at(5),
      energyWh: 800,
      incomplete: true,
      missingSeqNos: [1, 2],
    });
    session([...story, { kind: 'endByStatus', cause }])
      .when({ kind: 'endByStatus', cause })
      .thenNothing();
    const late = session([...story, { kind: 'endByStatus', cause }]).when(report(tx2('Ended', 4, 9)));
    expect(dataOf(late.outcome, 'SessionCorrected')).toMatchObject({
      reason: 'StopArrivedLate',
      endedAt: at(9),
      missingSeqNos: [1, 2],
    });
  });

  it('flags what comes after its end with a later time', () => {
    const { outcome } = session([report(started), report(tx2('Ended', 1, 9))]).when(report(tx2('Updated', 2, 10)));
    expect(anomalies(outcome)).toEqual(['EventAfterEnd']);
  });

  it('stays bounded and answers in time when a charger counts to the moon', () => {
    const story = Array.from({ length: 600 }, (_, n) => report(tx2('Updated', n * 1_000_000, n)));
    const { outcome } = session([report(started), ...story]).when(report(tx2('Ended', 2 ** 31 - 1, 900)));
    expect(dataOf(outcome, 'SessionEnded').missingSeqNos).toHaveLength(1_000);
  });
});
