import { transactionIdOf } from '@chargestream/contracts';
import { ConnectionMemory } from '../connection-memory';
import { handleCall, NOW, NOW_MS } from '../../testing/handling';

const scenario = { version: '1.6' } as const;
const start = { connectorId: 1, idTag: 'TAG', meterStart: 100, timestamp: '2026-06-01T11:59:50Z' };
const stop = { transactionId: 5, meterStop: 900, timestamp: '2026-06-01T11:59:55Z' };

function only({ events }: ReturnType<typeof handleCall>) {
  expect(events).toHaveLength(1);
  return events[0] as (typeof events)[number];
}

describe('1.6 BootNotification', () => {
  const boot = { chargePointVendor: 'V', chargePointModel: 'M', chargeBoxSerialNumber: 'box' };

  it.each([
    ['ACCEPTED', 'Accepted', 300],
    ['PENDING', 'Pending', 60],
    ['REJECTED', 'Rejected', 60],
  ] as const)('answers by the registry: %s', (registration, status, interval) => {
    const handled = handleCall({ ...scenario, registration }, 'BootNotification', boot);
    expect(handled.response).toEqual({ status, currentTime: NOW, interval });
    expect(handled.receipt).toBe('durable');
    expect(only(handled)).toMatchObject({
      type: 'ChargerBooted',
      data: { vendor: 'V', model: 'M', serialNumber: 'box', firmwareVersion: null, registration, intervalS: interval },
    });
  });
});

describe('1.6 Heartbeat', () => {
  it('is answered at once, and tells core at most once a minute', () => {
    const memory = new ConnectionMemory();
    const beat = (receivedAtMs: number) => handleCall({ ...scenario, memory, receivedAtMs }, 'Heartbeat', {});
    expect(beat(NOW_MS)).toMatchObject({ response: { currentTime: NOW }, receipt: 'immediate' });
    expect(beat(NOW_MS + 59_999).events).toEqual([]);
    expect(beat(NOW_MS + 60_000).events).toMatchObject([{ type: 'ChargerSeen' }]);
  });
});

describe('1.6 Authorize', () => {
  const tokens = {
    GOOD: { status: 'Accepted', groupId: 'family', cacheExpiresAt: '2027-01-01T00:00:00.000Z' },
    LONG: { status: 'Accepted', groupId: 'a group longer than twenty' },
    BAD: { status: 'Blocked' },
  } as const;

  it('answers what the tokens say, in the order of the specification', () => {
    const handled = handleCall({ ...scenario, tokens }, 'Authorize', { idTag: 'GOOD' });
    expect(JSON.stringify(handled.response)).toBe(
      '{"idTagInfo":{"expiryDate":"2027-01-01T00:00:00.000Z","parentIdTag":"family","status":"Accepted"}}',
    );
    expect(only(handled)).toMatchObject({
      type: 'IdTokenPresented',
      data: { idToken: 'GOOD', type: null, status: 'Accepted' },
    });
  });
  it('leaves out a group that 1.6 has no room for', () => {
    expect(handleCall({ ...scenario, tokens }, 'Authorize', { idTag: 'LONG' }).response).toEqual({
      idTagInfo: { status: 'Accepted' },
    });
  });
  it.each([
    ['BAD', 'Blocked', 'ACCEPTED'],
    ['UNKNOWN', 'Invalid', 'ACCEPTED'],
    ['GOOD', 'Invalid', 'PENDING'],
  ] as const)('%s is %s when the charger is %s', (idTag, status, registration) => {
    expect(handleCall({ ...scenario, tokens, registration }, 'Authorize', { idTag }).response).toEqual({
      idTagInfo: { status },
    });
  });
});

describe('1.6 StatusNotification', () => {
  const status = { connectorId: 2, errorCode: 'NoError', status: 'Preparing', timestamp: '2026-06-01T11:59:59Z' };

  it('keeps no secret that a charger tells in it', () => {
    const told = { ...status, info: 'AuthorizationKey: 0011223344556677', vendorErrorCode: 'password=hunter2hunter2' };
    const { data } = only(handleCall(scenario, 'StatusNotification', told));
    expect(data).toMatchObject({ info: 'AuthorizationKey: [redacted]', vendorErrorCode: 'password=[redacted]' });
  });

  it('reports the connector as an EVSE', () => {
    const handled = handleCall(scenario, 'StatusNotification', { ...status, info: 'hi', vendorErrorCode: 'E7' });
    expect(handled.response).toEqual({});
    expect(only(handled)).toMatchObject({
      occurredAt: '2026-06-01T11:59:59.000Z',
      data: { evseId: 2, connectorId: 1, status: 'Preparing', info: 'hi', vendorErrorCode: 'E7' },
    });
    const whole = handleCall(scenario, 'StatusNotification', { ...status, connectorId: 0 });
    expect(only(whole).data).toMatchObject({ evseId: 0, connectorId: 0 });
  });

  it('is the same event when it is sent again, with a new messageId or after a reconnect', () => {
    const memory = new ConnectionMemory();
    const first = only(handleCall({ ...scenario, memory }, 'StatusNotification', status, 'm1'));
    expect(only(handleCall({ ...scenario, memory }, 'StatusNotification', status, 'm2')).id).toBe(first.id);
    expect(only(handleCall({ ...scenario, epoch: 99 }, 'StatusNotification', status, 'm1')).id).toBe(first.id);
  });

  it('is another event when the connector was elsewhere in between, within one second', () => {
    const memory = new ConnectionMemory();
    const report = (name: string) =>
      only(handleCall({ ...scenario, memory }, 'StatusNotification', { ...status, status: name })).id;
    expect(new Set([report('Available'), report('Preparing'), report('Available')]).size).toBe(3);
  });

  it('without a timestamp is this arrival and no other', () => {
    const { timestamp: _, ...untimed } = status;
    const first = handleCall(scenario, 'StatusNotification', untimed, 'm1');
    const second = handleCall({ ...scenario, receivedAtMs: NOW_MS + 1 }, 'StatusNotification', untimed, 'm1');
    expect(only(first)).toMatchObject({ occurredAt: NOW, data: { reportedAt: null } });
    expect(only(second).id).not.toBe(only(first).id);
  });
});

describe('1.6 StartTransaction', () => {
  const idOf = (handled: ReturnType<typeof handleCall>) =>
    (handled.response as { transactionId: number }).transactionId;
  const dataOf = (handled: ReturnType<typeof handleCall>) => only(handled).data as unknown as Record<string, unknown>;

  it('gets an id derived from its natural key, whatever the idTag', () => {
    const handled = handleCall(scenario, 'StartTransaction', { ...start, reservationId: 4 });
    const key = dataOf(handled)['sessionKey'] as string;
    expect(handled.response).toEqual({ idTagInfo: { status: 'Invalid' }, transactionId: transactionIdOf(key) });
    expect(only(handled)).toMatchObject({
      type: 'TransactionReported',
      occurredAt: '2026-06-01T11:59:50.000Z',
      data: {
        kind: 'Started',
        transactionId: String(transactionIdOf(key)),
        evseId: 1,
        connectorId: 1,
        token: { idToken: 'TAG', type: null },
        authorizationStatus: 'Invalid',
        meterWh: 100,
        reservationId: 4,
        offline: false,
        clockImplausible: false,
      },
    });
  });

  it('gets the same id and event again: new messageId, new connection, other node', () => {
    const first = handleCall(scenario, 'StartTransaction', start, 'm1');
    const again = handleCall({ ...scenario, epoch: 12345 }, 'StartTransaction', start, 'm2');
    expect(idOf(again)).toBe(idOf(first));
    expect(only(again).id).toBe(only(first).id);
    expect(dataOf(again)['payloadHash']).toBe(dataOf(first)['payloadHash']);
  });

  it.each([{ connectorId: 2 }, { idTag: 'tag2' }, { meterStart: 101 }, { timestamp: '2026-06-01T11:59:51Z' }])(
    'is another session with %j',
    (difference) => {
      const other = handleCall(scenario, 'StartTransaction', { ...start, ...difference });
      expect(idOf(other)).not.toBe(idOf(handleCall(scenario, 'StartTransaction', start)));
    },
  );

  it('mixes in the connection when the clock cannot be believed, and says so', () => {
    const stuck = { ...start, timestamp: '1970-01-01T00:00:10Z' };
    const one = handleCall({ ...scenario, epoch: 1 }, 'StartTransaction', stuck);
    const two = handleCall({ ...scenario, epoch: 2 }, 'StartTransaction', stuck);
    expect(idOf(one)).not.toBe(idOf(two));
    expect(idOf(handleCall({ ...scenario, epoch: 1 }, 'StartTransaction', stuck, 'retry'))).toBe(idOf(one));
    expect(dataOf(one)).toMatchObject({ clockImplausible: true, offline: false });
    expect(only(one).occurredAt).toBe('1970-01-01T00:00:10.000Z');
  });

  it('is a new session when the same key comes again after its session ended here', () => {
    const memory = new ConnectionMemory();
    const ids = [0, 1, 2].map(() => {
      const transactionId = idOf(handleCall({ ...scenario, memory }, 'StartTransaction', start));
      expect(idOf(handleCall({ ...scenario, memory }, 'StartTransaction', start, 'retry'))).toBe(transactionId);
      handleCall({ ...scenario, memory }, 'StopTransaction', { ...stop, transactionId });
      return transactionId;
    });
    expect(new Set(ids).size).toBe(3);
  });

  it('knows a replay of offline work by its age', () => {
    const old = handleCall(scenario, 'StartTransaction', { ...start, timestamp: '2026-05-20T00:00:00Z' });
    expect(dataOf(old)).toMatchObject({ offline: true, clockImplausible: false });
  });

  it('takes a timestamp that is none', () => {
    const handled = handleCall(scenario, 'StartTransaction', { ...start, timestamp: 'soon' });
    expect(only(handled).occurredAt).toBe(NOW);
    expect(dataOf(handled)['clockImplausible']).toBe(true);
  });
});

describe('1.6 StopTransaction', () => {
  it('answers without idTagInfo when there is no idTag', () => {
    const handled = handleCall(scenario, 'StopTransaction', stop);
    expect(handled.response).toEqual({});
    expect(only(handled)).toMatchObject({
      data: { kind: 'Ended', sessionKey: null, transactionId: '5', meterWh: 900, stoppedReason: 'Local', token: null },
    });
  });

  it.each([-1, 0, 99999])('of transaction %i, which nobody knows, is answered and stored', (transactionId) => {
    const handled = handleCall(scenario, 'StopTransaction', { ...stop, transactionId, meterStop: -1, idTag: 'X' });
    expect(handled.response).toEqual({ idTagInfo: { status: 'Invalid' } });
    expect(only(handled).data).toMatchObject({ transactionId: String(transactionId), meterWh: -1 });
  });

  it('names the session that was started on this connection', () => {
    const memory = new ConnectionMemory();
    const started = handleCall({ ...scenario, memory }, 'StartTransaction', start);
    const { transactionId } = started.response as { transactionId: number };
    const { sessionKey } = only(started).data as { sessionKey: string };
    const ended = handleCall({ ...scenario, memory }, 'StopTransaction', { ...stop, transactionId });
    expect(only(ended).data).toMatchObject({ sessionKey });
  });

  it('is the same event when sent again, another when its content differs', () => {
    const ids = [stop, stop, { ...stop, meterStop: 901 }].map(
      (payload, index) => only(handleCall({ ...scenario, epoch: index }, 'StopTransaction', payload, `m${index}`)).id,
    );
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  it('carries its transaction data as samples', () => {
    const transactionData = [{ timestamp: stop.timestamp, sampledValue: [{ value: '0.9', unit: 'kWh' }] }];
    const handled = handleCall(scenario, 'StopTransaction', { ...stop, reason: 'EVDisconnected', transactionData });
    expect(only(handled).data).toMatchObject({
      stoppedReason: 'EVDisconnected',
      samples: [{ value: 900, unit: 'Wh', measurand: 'Energy.Active.Import.Register' }],
    });
  });
});

describe('1.6 MeterValues', () => {
  const meterValue = [{ timestamp: '2026-06-01T11:59:00Z', sampledValue: [{ value: '1.5', unit: 'kWh' }] }];

  it('reports normalised samples with their transaction', () => {
    const handled = handleCall(scenario, 'MeterValues', { connectorId: 1, transactionId: 5, meterValue });
    expect(handled.response).toEqual({});
    expect(only(handled)).toMatchObject({
      type: 'MeterValuesReported',
      occurredAt: '2026-06-01T11:59:00.000Z',
      data: { evseId: 1, connectorId: 1, transactionId: '5', samples: [{ value: 1500, unit: 'Wh' }] },
    });
  });

  it('takes a transactionId that lost digits for none', () => {
    const payload = { connectorId: 1, transactionId: 9223372036854776000, meterValue };
    expect(only(handleCall(scenario, 'MeterValues', payload)).data).toMatchObject({ transactionId: null });
  });

  it('is the same event when sent again', () => {
    const payload = { connectorId: 1, transactionId: 5, meterValue };
    const first = only(handleCall(scenario, 'MeterValues', payload, 'm1'));
    expect(only(handleCall({ ...scenario, epoch: 8 }, 'MeterValues', payload, 'm2')).id).toBe(first.id);
  });
});

describe('1.6 DataTransfer', () => {
  it('of a vendor nobody knows is answered UnknownVendorId, and recorded', () => {
    const handled = handleCall(scenario, 'DataTransfer', { vendorId: 'org.acme', messageId: 'a', data: 'x' });
    expect(handled.response).toEqual({ status: 'UnknownVendorId' });
    expect(only(handled).data).toEqual({ vendorId: 'org.acme', messageId: 'a', data: 'x', status: 'UnknownVendorId' });
  });

  it("asks the vendor's handler; 1.6 gets text", () => {
    const vendors = { 'org.acme': () => ({ status: 'Accepted' as const, data: { a: 1 } }) };
    const handled = handleCall({ ...scenario, vendors }, 'DataTransfer', { vendorId: 'org.acme' });
    expect(handled.response).toEqual({ status: 'Accepted', data: '{"a":1}' });
  });
});
