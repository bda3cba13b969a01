import {
  TOPICS,
  type PublishedSession,
  type SessionAnomaly,
  type SessionEvent,
  type StoredMetadata,
} from '@chargestream/contracts';
import { at, meterValues16, register, start16, stop16, tx2 } from '@chargestream/domain/testing';
import type { StoredEvent } from '@chargestream/event-store';
import { openSqliteReadModel, runProjections, type SessionRow } from '@chargestream/read-model';
import { anyDay } from '../testing/any-day';
import { PublisherHarness } from '../testing/published';
import { sessionEventsPublisher } from './session-events';

let harness: PublisherHarness;
beforeEach(async () => (harness = await PublisherHarness.open()));
afterEach(() => harness.close());

const create = () => sessionEventsPublisher(harness.store);
const published = async () => {
  await harness.publish(create);
  return harness.events<SessionEvent>(TOPICS.sessionEvents);
};

describe('session events', () => {
  it('tell a session from start to end, with all of it in each', async () => {
    await harness.report(start16(0), meterValues16(1, [register(1_500, 1)]), stop16(30, {}, { receivedAt: at(31) }));
    const [started, ended, ...more] = await published();
    expect(more).toEqual([]);
    expect(started).toMatchObject({
      type: 'SessionStarted',
      schemaVersion: 1,
      tenantId: 'default',
      chargerId: 'CP-1',
      causationId: start16(0).id,
      ocppVersion: '1.6',
      ocppMessageId: 'm-1',
      occurredAt: at(0),
      data: {
        session: { state: 'ACTIVE', token: { idToken: 'TAG', type: null }, meterStartWh: 1_000, energyWh: null },
      },
    });
    expect(ended).toMatchObject({ type: 'SessionEnded', occurredAt: at(30), receivedAt: at(31) });
    expect(ended!.data.session).toMatchObject({
      sessionId: start16(0).data.sessionKey,
      state: 'ENDED',
      evseId: 1,
      connectorId: 1,
      startedAt: at(0),
      startReceivedAt: at(0),
      endedAt: at(30),
      endReceivedAt: at(31),
      durationS: 1_800,
      meterStartWh: 1_000,
      meterStopWh: 5_000,
      energyWh: 4_000,
      stopReason: 'Local',
      incomplete: false,
      anomalies: [],
    });
    const records = await harness.records(TOPICS.sessionEvents);
    expect(records.map(({ key, headers }) => [key, headers.ce_type, headers.ce_id])).toEqual([
      ['default/CP-1', 'SessionStarted', started!.id],
      ['default/CP-1', 'SessionEnded', ended!.id],
    ]);
  });

  it('tell a change of state, and leave mere readings to the meter values', async () => {
    await harness.report(
      tx2('Started', 0, 0, { chargingState: 'EVConnected' }),
      tx2('Updated', 1, 1, { chargingState: 'EVConnected', samples: [register(10, 1)] }),
      tx2('Updated', 2, 2, { chargingState: 'Charging', triggerReason: 'ChargingStateChanged', timeSpentChargingS: 1 }),
      tx2('Updated', 3, 3, { samples: [register(400, 3)], timeSpentChargingS: 60 }),
    );
    const events = await published();
    expect(events.map(({ type }) => type)).toEqual(['SessionStarted', 'SessionUpdated']);
    expect(events[1]!.data).toMatchObject({
      changed: ['chargingState'],
      triggerReason: 'ChargingStateChanged',
      seqNo: 2,
      session: { chargingState: 'Charging', timeSpentChargingS: 1 },
    });
  });

  it('correct what a late message changes, and say what it was before', async () => {
    await harness.report(tx2('Started', 0, 0, { samples: [register(0, 0, { context: 'Transaction.Begin' })] }));
    await harness.report(tx2('Ended', 2, 20));
    await harness.report(tx2('Updated', 1, 10, { samples: [register(700, 10)] }));
    const events = await published();
    expect(events.map(({ type }) => type)).toEqual([
      'SessionStarted',
      'SessionAnomalyDetected',
      'SessionEnded',
      'SessionCorrected',
    ]);
    expect(events[1]!.data).toMatchObject({ anomaly: 'SeqNoGap', session: { anomalies: ['SeqNoGap'] } });
    expect(events[2]!.data.session).toMatchObject({ incomplete: true, missingSeqNos: [1], energyWh: null });
    expect(events[3]!.data).toMatchObject({
      reason: 'GapFilled',
      changed: ['energyWh', 'incomplete', 'missingSeqNos'],
      previousEnergyWh: null,
      seqNo: 1,
      session: { energyWh: 700, incomplete: false, missingSeqNos: [] },
    });
  });

  it('tell nothing of a message that comes again', async () => {
    const day = [start16(0), meterValues16(1, [register(1_500, 1)]), stop16(30)];
    await harness.report(...day);
    const once = await published();
    await harness.report(...day, ...day);
    expect(await published()).toEqual(once);
  });

  it('know a session that began before the publisher was started again', async () => {
    await harness.report(start16(0), meterValues16(1, [register(1_500, 1)]));
    await published();
    await harness.report(stop16(30));
    const events = await published();
    expect(events.map(({ type }) => type)).toEqual(['SessionStarted', 'SessionEnded']);
    expect(events[1]!.data.session).toMatchObject({ token: { idToken: 'TAG' }, startedAt: at(0), energyWh: 4_000 });
    expect(events[1]!.data.session.revision).toBeGreaterThan(events[0]!.data.session.revision);
  });

  it('carry on the trace of the message that caused them', async () => {
    await harness.report(start16(0));
    const [fact] = await stored();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const metadata = { ...(fact!.metadata as unknown as StoredMetadata), traceparent };
    const [record] = await create().recordsOf([{ ...fact!, metadata }]);
    expect(record!.headers).toMatchObject({ traceparent });
    const [untraced] = await create().recordsOf([fact!]);
    expect(untraced!.headers).not.toHaveProperty('traceparent');
  });

  it.each([1, 2, 3, 4, 5, 6])('agree with the read model, whatever the day was like (seed %i)', async (seed) => {
    await harness.report(...anyDay(seed));
    const newest = new Map((await published()).map(({ data }) => [data.session.sessionId, data.session]));
    expect(newest.size).toBeGreaterThan(3);
    const readModel = await openSqliteReadModel({ path: ':memory:' });
    const projections = await runProjections({ readModel, store: harness.store, onApplied: () => undefined });
    await projections.caughtUp();
    const page = await readModel.queries.sessions('default', {}, { first: 100 });
    expect(new Set(page.rows.map(({ row }) => row.key))).toEqual(new Set(newest.keys()));
    for (const { row } of page.rows) expect(asRow(newest.get(row.key)!)).toEqual(withoutOwn(row));
    await projections.close();
    await readModel.close();
  });

  it.each([1, 2, 3])('keep the order in which each charger’s facts are stored (seed %i)', async (seed) => {
    await harness.report(...anyDay(seed));
    const events = await published();
    for (const chargerId of ['CP-A', 'CP-B']) {
      const told = events.filter((one) => one.chargerId === chargerId).map(({ data }) => data.session);
      const places = told.map(({ sessionId, revision }) => `${sessionId} ${revision}`);
      const facts = (await stored()).filter(({ metadata }) => metadata.chargerId === chargerId);
      const order = facts.map(({ stream, revision }) => `${stream.slice('session-'.length)} ${revision}`);
      expect(places).toEqual(order.filter((place) => places.includes(place)));
      expect(places.length).toBeGreaterThan(6);
    }
  });
});

async function stored(): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const one of harness.store.readAll({ streamPrefixes: ['session-'] })) events.push(one);
  return events;
}

/** What both tell, in the words of the read model. How the meter of a running session goes on is not told here. */
function asRow(session: PublishedSession) {
  return {
    state: session.state,
    transaction_id: session.transactionId,
    evse_id: session.evseId,
    connector_id: session.connectorId,
    id_token: session.token?.idToken ?? null,
    started_at: session.startedAt,
    ended_at: session.endedAt,
    meter_start_wh: session.meterStartWh,
    meter_stop_wh: session.meterStopWh,
    ...(session.state === 'ENDED' ? { meter_wh: session.meterWh, energy_wh: session.energyWh } : {}),
    charging_state: session.chargingState,
    stop_reason: session.stopReason,
    start_known: session.startKnown,
    incomplete: session.incomplete,
    missing_seq_nos: session.missingSeqNos,
    anomalies: new Set(session.anomalies),
  };
}

function withoutOwn(row: SessionRow): ReturnType<typeof asRow> {
  const anomalies = JSON.parse(row.anomalies) as { anomaly: SessionAnomaly }[];
  return {
    state: row.state,
    transaction_id: row.transaction_id,
    evse_id: row.evse_id,
    connector_id: row.connector_id,
    id_token: row.id_token,
    started_at: row.started_at,
    ended_at: row.ended_at,
    meter_start_wh: row.meter_start_wh,
    meter_stop_wh: row.meter_stop_wh,
    ...(row.state === 'ENDED' ? { meter_wh: row.meter_wh, energy_wh: row.energy_wh } : {}),
    charging_state: row.charging_state,
    stop_reason: row.stop_reason,
    start_known: Boolean(row.start_known),
    incomplete: Boolean(row.incomplete),
    missing_seq_nos: JSON.parse(row.missing_seq_nos) as number[],
    anomalies: new Set(anomalies.map(({ anomaly }) => anomaly)),
  };
}
