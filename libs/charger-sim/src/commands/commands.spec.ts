import { MESSAGES, validate } from '@chargestream/ocpp';
import { Journal, type OcppVersionName } from '../journal';
import type { Payload } from '../message';
import { seededRandom } from '../random';
import { SimulatedCharger } from '../simulated-charger';
import { ManualClock } from '../testing/manual-clock';
import { TestCsms } from '../testing/test-csms';
import { DEFAULT_ANSWERS } from './default-answers';

describe('default answers', () => {
  it.each(['1.6', '2.0.1', '2.1'] as const)('there is one for every message a %s charger can get', (version) => {
    const wanted = MESSAGES.filter((message) => message.version === version && message.direction !== 'CS->CSMS');
    expect(Object.keys(DEFAULT_ANSWERS[version]).sort()).toEqual(wanted.map(({ action }) => action).sort());
  });

  /** Requests for the answers that repeat parts of them. */
  const REQUESTS: Record<string, Payload> = {
    GetVariables: { getVariableData: [{ component: { name: 'C' }, variable: { name: 'V' } }] },
    SetVariables: { setVariableData: [{ attributeValue: '1', component: { name: 'C' }, variable: { name: 'V' } }] },
    ClearVariableMonitoring: { id: [1, 2] },
    SetVariableMonitoring: {
      setMonitoringData: [{ value: 1, type: 'Delta', severity: 5, component: { name: 'C' }, variable: { name: 'V' } }],
    },
  };

  it.each(['1.6', '2.0.1', '2.1'] as const)('the schemas of %s allow every one', (version) => {
    for (const [action, answer] of Object.entries(DEFAULT_ANSWERS[version])) {
      expect([action, validate(version, action, 'response', answer(REQUESTS[action] ?? {}))]).toEqual([action, []]);
    }
  });
});

const token = { idToken: 'TAG-1', type: 'ISO14443' };

/** The same command in each version's words. */
const SPELLED = {
  '1.6': {
    start: ['RemoteStartTransaction', { idTag: 'TAG-1', connectorId: 2 }],
    stop: (transactionId: unknown) => ['RemoteStopTransaction', { transactionId }],
    reset: ['Reset', { type: 'Hard' }],
    unavailable: ['ChangeAvailability', { connectorId: 1, type: 'Inoperative' }],
    trigger: ['TriggerMessage', { requestedMessage: 'Heartbeat' }],
    reserve: ['ReserveNow', { connectorId: 1, expiryDate: '2027-01-01T00:00:00Z', idTag: 'TAG-1', reservationId: 7 }],
  },
  '2.x': {
    start: ['RequestStartTransaction', { idToken: token, evseId: 2, remoteStartId: 42 }],
    stop: (transactionId: unknown) => ['RequestStopTransaction', { transactionId }],
    reset: ['Reset', { type: 'Immediate' }],
    unavailable: ['ChangeAvailability', { evse: { id: 1 }, operationalStatus: 'Inoperative' }],
    trigger: ['TriggerMessage', { requestedMessage: 'Heartbeat' }],
    reserve: ['ReserveNow', { id: 7, expiryDateTime: '2027-01-01T00:00:00Z', idToken: token, evseId: 1 }],
  },
} as const;

describe.each(['1.6', '2.0.1', '2.1'] as OcppVersionName[])('commands to a simulated charger, %s', (version) => {
  const say = version === '1.6' ? SPELLED['1.6'] : SPELLED['2.x'];
  let csms: TestCsms;
  let clock: ManualClock;
  let journal: Journal;
  let charger: SimulatedCharger;

  beforeEach(async () => {
    csms = new TestCsms();
    clock = new ManualClock();
    journal = new Journal();
    await csms.start();
    charger = new SimulatedCharger({
      url: csms.url,
      chargerId: 'SIM-1',
      version,
      random: seededRandom(3),
      clock,
      journal,
      bootsOnReconnect: 0,
    });
    charger.start();
    await clock.runUntil(() => charger.isOnline && csms.peers.has('SIM-1'), 'the charger to be online');
  });
  afterEach(async () => {
    let stopped = false;
    void charger.stop({ graceMs: 1_000 }).then(() => (stopped = true));
    await clock.runUntil(() => stopped, 'the charger to stop');
    await csms.kill();
    expect(csms.breaches).toEqual([]);
  });

  const command = ([action, payload]: readonly [string, Payload] | readonly unknown[]) =>
    csms.call('SIM-1', action as string, payload as Payload);
  const lastStatus = (connectorId: number): unknown =>
    csms.handled
      .filter(
        ({ action, payload }) =>
          action === 'StatusNotification' && (payload.evseId ?? payload.connectorId) === connectorId,
      )
      .map(({ payload }) => payload.connectorStatus ?? payload.status)
      .at(-1);

  async function startByCommand(): Promise<void> {
    expect(await command(say.start)).toEqual({ status: 'Accepted' });
    const started = () => journal.expectedSessions().get('SIM-1')?.[0]?.start === 'acknowledged';
    await clock.runUntil(started, 'the session to start');
  }
  const session = () => journal.expectedSessions().get('SIM-1')![0]!;

  it('starts and stops a session', async () => {
    await startByCommand();
    expect(session()).toMatchObject({ connectorId: 2, idToken: 'TAG-1' });
    expect(await command(say.start)).toEqual({ status: 'Rejected' });
    expect(await command(say.stop(version === '1.6' ? 999 : 'nobody'))).toEqual({ status: 'Rejected' });
    expect(await command(say.stop(session().transactionId))).toEqual({ status: 'Accepted' });
    await clock.runUntil(() => session().stop === 'acknowledged', 'the session to stop');
    const last = csms.handled.filter(({ action }) => ['StopTransaction', 'TransactionEvent'].includes(action)).at(-1)!;
    expect(last.payload.reason ?? (last.payload.transactionInfo as Payload).stoppedReason).toBe('Remote');
  });

  it('resets: stops the session, leaves, and comes back with a boot', async () => {
    await startByCommand();
    expect(await command(say.reset)).toEqual({ status: 'Accepted' });
    await clock.runUntil(
      () => csms.actions().filter((action) => action === 'BootNotification').length === 2,
      'the boot',
    );
    await clock.runUntil(() => session().stop === 'acknowledged', 'the session to stop');
    expect(csms.connections).toBe(2);
    const boot = csms.handled.filter(({ action }) => action === 'BootNotification').at(-1)!;
    if (version !== '1.6') expect(boot.payload.reason).toBe('RemoteReset');
  });

  it('becomes unavailable, keeps reservations, obeys triggers', async () => {
    expect(await command(say.reserve)).toEqual({ status: 'Accepted' });
    await clock.runUntil(() => lastStatus(1) === 'Reserved', 'the reservation');
    expect(await charger.charge({ connectorId: 1, idToken: 'OTHER', durationS: 60 })).toEqual({ kind: 'occupied' });
    expect(await command(['CancelReservation', { reservationId: 8 }])).toEqual({ status: 'Rejected' });
    expect(await command(['CancelReservation', { reservationId: 7 }])).toEqual({ status: 'Accepted' });
    await clock.runUntil(() => lastStatus(1) === 'Available', 'the connector to be free');
    expect(await command(say.unavailable)).toEqual({ status: 'Accepted' });
    await clock.runUntil(() => lastStatus(1) === 'Unavailable', 'the connector to be unavailable');
    const beats = csms.actions().filter((action) => action === 'Heartbeat').length;
    expect(await command(say.trigger)).toEqual({ status: 'Accepted' });
    await clock.runUntil(
      () => csms.actions().filter((action) => action === 'Heartbeat').length > beats,
      'the heartbeat',
    );
  });

  it('reads and sets its configuration', async () => {
    if (version === '1.6') {
      expect(await command(['ChangeConfiguration', { key: 'MeterValueSampleInterval', value: '15' }])).toEqual({
        status: 'Accepted',
      });
      expect(await command(['ChangeConfiguration', { key: 'MeterValueSampleInterval', value: 'x' }])).toEqual({
        status: 'Rejected',
      });
      expect(await command(['ChangeConfiguration', { key: 'Unheard', value: '1' }])).toEqual({
        status: 'NotSupported',
      });
      expect(await command(['GetConfiguration', { key: ['MeterValueSampleInterval', 'Unheard'] }])).toEqual({
        configurationKey: [{ key: 'MeterValueSampleInterval', value: '15', readonly: false }],
        unknownKey: ['Unheard'],
      });
      const all = await command(['GetConfiguration', {}]);
      expect((all.configurationKey as unknown[]).length).toBeGreaterThan(10);
      return;
    }
    const interval = { component: { name: 'SampledDataCtrlr' }, variable: { name: 'TxUpdatedInterval' } };
    const unheard = { component: { name: 'SampledDataCtrlr' }, variable: { name: 'Unheard' } };
    expect(await command(['SetVariables', { setVariableData: [{ ...interval, attributeValue: '15' }] }])).toEqual({
      setVariableResult: [{ ...interval, attributeStatus: 'Accepted' }],
    });
    expect(await command(['GetVariables', { getVariableData: [interval, unheard] }])).toEqual({
      getVariableResult: [
        { ...interval, attributeStatus: 'Accepted', attributeValue: '15' },
        { ...unheard, attributeStatus: 'UnknownVariable' },
      ],
    });
    expect(await command(['GetBaseReport', { requestId: 5, reportBase: 'FullInventory' }])).toEqual({
      status: 'Accepted',
    });
    await clock.runUntil(() => csms.actions().includes('NotifyReport'), 'the report');
  });

  it('limits its power to a charging profile', async () => {
    await startByCommand();
    const schedule = { chargingRateUnit: 'W', chargingSchedulePeriod: [{ startPeriod: 0, limit: 2_000 }] };
    const profile = { stackLevel: 0, chargingProfilePurpose: 'TxDefaultProfile', chargingProfileKind: 'Absolute' };
    const request =
      version === '1.6'
        ? { connectorId: 0, csChargingProfiles: { chargingProfileId: 1, ...profile, chargingSchedule: schedule } }
        : { evseId: 0, chargingProfile: { id: 1, ...profile, chargingSchedule: [{ id: 1, ...schedule }] } };
    expect(await command(['SetChargingProfile', request])).toEqual({ status: 'Accepted' });
    const powers = () =>
      csms.handled.flatMap(({ payload }) => {
        const [value] = (payload.meterValue ?? []) as { sampledValue: { measurand: string; value: unknown }[] }[];
        return (
          value?.sampledValue
            .filter(({ measurand }) => measurand === 'Power.Active.Import')
            .map((sample) => Number(sample.value)) ?? []
        );
      });
    await clock.runUntil(() => powers().filter((powerW) => powerW === 2_000).length >= 3, 'the limited power');
  });

  if (version !== '1.6') {
    it('says whether it owes messages of a transaction', async () => {
      await startByCommand();
      expect(await command(['GetTransactionStatus', { transactionId: session().sessionRef }])).toMatchObject({
        ongoingIndicator: true,
      });
      expect(await command(['GetTransactionStatus', { transactionId: 'nobody' }])).toEqual({
        ongoingIndicator: false,
        messagesInQueue: false,
      });
    });
  }
});
