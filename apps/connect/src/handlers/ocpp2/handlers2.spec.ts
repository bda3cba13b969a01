import { sessionKey, type ProtocolVersion } from '@chargestream/contracts';
import { ConnectionMemory } from '../connection-memory';
import { handleCall, NOW, NOW_MS } from '../../testing/handling';

function only({ events }: ReturnType<typeof handleCall>) {
  expect(events).toHaveLength(1);
  return events[0] as (typeof events)[number];
}

const tokens = { GOOD: { status: 'Accepted', groupId: 'family', type: 'ISO14443' } } as const;

describe.each<ProtocolVersion>(['2.0.1', '2.1'])('OCPP %s', (version) => {
  const scenario = { version, tokens };
  const updated = {
    eventType: 'Updated',
    timestamp: '2026-06-01T11:59:59Z',
    triggerReason: 'MeterValuePeriodic',
    seqNo: 3,
    transactionInfo: { transactionId: 'tx-1', chargingState: 'Charging' },
  };

  it.each([
    ['ACCEPTED', 'Accepted', 300],
    ['PENDING', 'Pending', 60],
    ['REJECTED', 'Rejected', 60],
  ] as const)('BootNotification is answered by the registry: %s', (registration, status, interval) => {
    const payload = { reason: 'PowerUp', chargingStation: { vendorName: 'V', model: 'M', modem: { iccid: '89' } } };
    const handled = handleCall({ ...scenario, registration }, 'BootNotification', payload);
    expect(handled.response).toEqual({ currentTime: NOW, interval, status });
    expect(only(handled).data).toMatchObject({
      vendor: 'V',
      model: 'M',
      iccid: '89',
      bootReason: 'PowerUp',
      registration,
    });
  });

  it('Heartbeat is answered at once', () => {
    const memory = new ConnectionMemory();
    expect(handleCall({ ...scenario, memory }, 'Heartbeat', {})).toMatchObject({
      response: { currentTime: NOW },
      receipt: 'immediate',
      events: [{ type: 'ChargerSeen' }],
    });
    expect(handleCall({ ...scenario, memory, receivedAtMs: NOW_MS + 1 }, 'Heartbeat', {}).events).toEqual([]);
  });

  it('Authorize is decided by the tokens', () => {
    const idToken = { idToken: 'GOOD', type: 'ISO14443' };
    const handled = handleCall(scenario, 'Authorize', { idToken });
    expect(handled.response).toEqual({
      idTokenInfo: { status: 'Accepted', groupIdToken: { idToken: 'family', type: 'ISO14443' } },
    });
    expect(only(handled).data).toEqual({ ...idToken, status: 'Accepted' });
    const unknown = handleCall(scenario, 'Authorize', { idToken: { idToken: 'who', type: 'Local' } });
    expect(unknown.response).toEqual({ idTokenInfo: { status: 'Invalid' } });
  });

  it('StatusNotification has the natural key of its content', () => {
    const payload = { timestamp: '2026-06-01T11:59:59Z', connectorStatus: 'Occupied', evseId: 2, connectorId: 1 };
    const first = handleCall(scenario, 'StatusNotification', payload, 'm1');
    expect(first.response).toEqual({});
    expect(only(first)).toMatchObject({ data: { evseId: 2, connectorId: 1, status: 'Occupied', errorCode: null } });
    expect(only(handleCall({ ...scenario, epoch: 9 }, 'StatusNotification', payload, 'm2')).id).toBe(only(first).id);
  });

  it('TransactionEvent carries everything, in one shape', () => {
    const handled = handleCall(scenario, 'TransactionEvent', {
      ...updated,
      eventType: 'Started',
      offline: true,
      reservationId: 8,
      evse: { id: 1, connectorId: 2 },
      idToken: { idToken: 'GOOD', type: 'ISO14443' },
      transactionInfo: { ...updated.transactionInfo, remoteStartId: 77, timeSpentCharging: 12 },
      meterValue: [{ timestamp: updated.timestamp, sampledValue: [{ value: 1.5, unitOfMeasure: { unit: 'kWh' } }] }],
    });
    expect(handled.response).toMatchObject({ idTokenInfo: { status: 'Accepted' } });
    expect(only(handled)).toMatchObject({
      type: 'TransactionReported',
      occurredAt: '2026-06-01T11:59:59.000Z',
      data: {
        kind: 'Started',
        sessionKey: sessionKey('default', 'CP1', 'tx-1'),
        transactionId: 'tx-1',
        evseId: 1,
        connectorId: 2,
        token: { idToken: 'GOOD', type: 'ISO14443' },
        authorizationStatus: 'Accepted',
        seqNo: 3,
        offline: true,
        triggerReason: 'MeterValuePeriodic',
        chargingState: 'Charging',
        stoppedReason: null,
        meterWh: null,
        reservationId: 8,
        remoteStartId: 77,
        timeSpentChargingS: 12,
        samples: [{ value: 1500, unit: 'Wh' }],
        clockImplausible: false,
      },
    });
  });

  it('TransactionEvent without a token is answered without one; an end without a reason is Local', () => {
    const handled = handleCall(scenario, 'TransactionEvent', { ...updated, eventType: 'Ended' });
    expect(handled.response).toEqual({});
    expect(only(handled).data).toMatchObject({ kind: 'Ended', stoppedReason: 'Local', authorizationStatus: null });
  });

  it('TransactionEvent of a start button is accepted without a look at the tokens', () => {
    const handled = handleCall(scenario, 'TransactionEvent', {
      ...updated,
      idToken: { idToken: '', type: 'NoAuthorization' },
    });
    expect(handled.response).toEqual({ idTokenInfo: { status: 'Accepted' } });
  });

  it('TransactionEvent is the same event when sent again; reusing a seqNo with other content is not', () => {
    const id = (payload: object, messageId: string, epoch: number) =>
      only(handleCall({ ...scenario, epoch }, 'TransactionEvent', payload, messageId)).id;
    const first = id(updated, 'm1', 1);
    expect(id(updated, 'm2', 2)).toBe(first);
    expect(id({ ...updated, seqNo: 4 }, 'm1', 1)).not.toBe(first);
    expect(id({ ...updated, triggerReason: 'ChargingStateChanged' }, 'm1', 1)).not.toBe(first);
  });

  it('MeterValues belong to no transaction', () => {
    const payload = {
      evseId: 1,
      meterValue: [{ timestamp: updated.timestamp, sampledValue: [{ value: 230, measurand: 'Voltage' }] }],
    };
    const handled = handleCall(scenario, 'MeterValues', payload);
    expect(handled.response).toEqual({});
    expect(only(handled).data).toMatchObject({
      evseId: 1,
      connectorId: null,
      transactionId: null,
      samples: [{ value: 230, unit: null, measurand: 'Voltage' }],
    });
  });

  it('NotifyReport lists each attribute, and no secret', () => {
    const handled = handleCall(scenario, 'NotifyReport', {
      requestId: 5,
      seqNo: 0,
      tbc: true,
      generatedAt: '2026-06-01T11:59:59Z',
      reportData: [
        {
          component: { name: 'OCPPCommCtrlr', evse: { id: 1 } },
          variable: { name: 'HeartbeatInterval' },
          variableAttribute: [{ value: '300' }, { type: 'MaxSet', value: '86400', mutability: 'ReadOnly' }],
          variableCharacteristics: { dataType: 'integer', unit: 's', supportsMonitoring: false },
        },
        {
          component: { name: 'SecurityCtrlr' },
          variable: { name: 'BasicAuthPassword' },
          variableAttribute: [{ value: 'hunter2', mutability: 'WriteOnly' }],
        },
      ],
    });
    expect(handled.response).toEqual({});
    const { data } = only(handled) as unknown as { data: { variables: unknown[] } };
    expect(data).toMatchObject({ requestId: 5, seqNo: 0, more: true });
    expect(data.variables).toMatchObject([
      { component: 'OCPPCommCtrlr', evseId: 1, attributeType: 'Actual', value: '300', dataType: 'integer', unit: 's' },
      { attributeType: 'MaxSet', value: '86400', mutability: 'ReadOnly' },
      { variable: 'BasicAuthPassword', value: null },
    ]);
    expect(JSON.stringify(data)).not.toContain('hunter2');
  });

  it('NotifyReport may be empty', () => {
    const handled = handleCall(scenario, 'NotifyReport', { requestId: 5, seqNo: 0, generatedAt: NOW });
    expect(only(handled).data).toMatchObject({ more: false, variables: [] });
  });

  it('DataTransfer of a vendor nobody knows is answered UnknownVendorId', () => {
    const handled = handleCall(scenario, 'DataTransfer', { vendorId: 'org.acme', data: { deep: [1] } });
    expect(handled.response).toEqual({ status: 'UnknownVendorId' });
    expect(only(handled).data).toMatchObject({ data: { deep: [1] }, messageId: null });
  });
});
