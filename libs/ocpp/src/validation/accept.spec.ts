import { MESSAGES } from '../messages';
import { accept } from './accept';
import { validate } from './validate';

const refused = (...args: Parameters<typeof accept>) => {
  const accepted = accept(...args);
  if (accepted.ok) throw new Error(`accepted ${JSON.stringify(accepted.payload)}`);
  return accepted.error;
};
const repaired = (...args: Parameters<typeof accept>) => {
  const accepted = accept(...args);
  if (!accepted.ok) throw accepted.error;
  return accepted;
};
const START = { connectorId: 1, idTag: 'A', meterStart: 0, timestamp: '2026-01-01T00:00:00Z' };
const EVENT = {
  eventType: 'Started',
  timestamp: '2026-01-01T00:00:00Z',
  triggerReason: 'Authorized',
  seqNo: 0,
  transactionInfo: { transactionId: 't' },
};

describe('accept', () => {
  it('hands a valid payload on itself', () => {
    const payload = { idTag: 'A' };
    expect(repaired('1.6', 'Authorize', 'request', payload, 'lenient').payload).toBe(payload);
    expect(repaired('1.6', 'Authorize', 'request', payload, 'strict').payload).toBe(payload);
  });

  it('keeps charging limits with one decimal, which binary fractions cannot divide by 0.1', () => {
    const period = (limit: number) => ({
      connectorId: 0,
      csChargingProfiles: {
        chargingProfileId: 1,
        stackLevel: 0,
        chargingProfilePurpose: 'TxDefaultProfile',
        chargingProfileKind: 'Absolute',
        chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit }] },
      },
    });
    for (let tenth = 0; tenth < 700; tenth++) {
      expect(validate('1.6', 'SetChargingProfile', 'request', period(Number((tenth / 10).toFixed(1))))).toEqual([]);
    }
    expect(validate('1.6', 'SetChargingProfile', 'request', period(6.25))).toMatchObject([{ rule: 'multipleOf' }]);
  });

  it.each([
    ['FormatViolation', 'the payload', []],
    ['FormatViolation', 'the payload', 'text'],
    ['FormatViolation', 'the payload', null],
    ['OccurrenceConstraintViolation', '/chargePointModel', { chargePointVendor: 'V' }],
    ['OccurrenceConstraintViolation', '/extra', { chargePointVendor: 'V', chargePointModel: 'M', extra: 1 }],
    ['TypeConstraintViolation', '/chargePointModel', { chargePointVendor: 'V', chargePointModel: 7 }],
    ['PropertyConstraintViolation', '/chargePointModel', { chargePointVendor: 'V', chargePointModel: 'M'.repeat(21) }],
  ])('strict: %s at %s', (code, where, payload) => {
    const error = refused('1.6', 'BootNotification', 'request', payload, 'strict');
    expect(error.code).toBe(code);
    expect(error.description.startsWith(where)).toBe(true);
  });

  it.each([
    ['FormatViolation', [{ idTag: 'A' }]],
    ['OccurrenceConstraintViolation', {}],
    ['TypeConstraintViolation', { idTag: { nested: 'A' } }],
    ['TypeConstraintViolation', { idTag: null }],
    ['PropertyConstraintViolation', { idTag: 'x'.repeat(256) }],
  ])('lenient refuses with %s what it cannot repair', (code, payload) => {
    const accepted = accept('1.6', 'Authorize', 'request', payload, 'lenient');
    expect(accepted).toMatchObject({ ok: false, error: { code } });
    expect(accepted.deviations.at(-1)).toMatchObject({ action: 'none' });
  });

  it('does not know messages of other versions', () => {
    for (const action of ['TransactionEvent', 'constructor', '__proto__', 'toString', '']) {
      expect(refused('1.6', action, 'request', {}, 'lenient').code).toBe('NotImplemented');
    }
    expect(() => validate('1.6', 'TransactionEvent', 'request', {})).toThrow('NotImplemented');
  });

  it('shortens what it repeats of a payload, and hides passwords', () => {
    const { description } = refused('1.6', 'Authorize', 'request', { idTag: 'x'.repeat(60_000) }, 'strict');
    expect(description.length).toBeLessThan(255);
    const [first] = validate('2.0.1', 'SetNetworkProfile', 'request', {
      configurationSlot: 1,
      connectionData: {
        ocppVersion: 'OCPP20',
        ocppTransport: 'JSON',
        ocppCsmsUrl: 'wss://x',
        messageTimeout: 1,
        securityProfile: 1,
        ocppInterface: 'Wired0',
        apn: { apn: 'a', apnPassword: 12345, apnAuthentication: 'AUTO' },
      },
    });
    expect(first).toEqual({ path: '/connectionData/apn/apnPassword', rule: 'type', received: '"…"', action: 'none' });
  });
});

describe('lenient repairs', () => {
  it.each([
    ['2026-08-04 13:35:45', '2026-08-04T13:35:45Z'],
    ['2026-08-04T13:35Z', '2026-08-04T13:35:00Z'],
    ['2026-08-04 13:35:45 +02', '2026-08-04T13:35:45+02:00'],
    ['2026-08-04T13:35:45,5Z', '2026-08-04T13:35:45.5Z'],
    ['1754314545', '2025-08-04T13:35:45.000Z'],
    [1754314545, '2025-08-04T13:35:45.000Z'],
  ])('reads the timestamp %p', (timestamp, expected) => {
    const { payload } = repaired('1.6', 'StartTransaction', 'request', { ...START, timestamp }, 'lenient');
    expect(payload).toEqual({ ...START, timestamp: expected });
  });

  it.each([
    ['StartTransaction', {}, { connectorId: 0, idTag: '', meterStart: -1, timestamp: '' }],
    ['StartTransaction', { ...START, meterStart: 'n/a' }, { ...START, meterStart: -1 }],
    ['StartTransaction', { ...START, meterStart: '12.7' }, { ...START, meterStart: 13 }],
    ['StartTransaction', { ...START, timestamp: 'yesterday' }, { ...START, timestamp: 'yesterday' }],
    ['StartTransaction', { ...START, idTag: 'x'.repeat(300) }, { ...START, idTag: 'x'.repeat(255) }],
    ['StopTransaction', {}, { transactionId: -1, meterStop: -1, timestamp: '' }],
    [
      'MeterValues',
      { connectorId: 1, meterValue: [null, {}] },
      { connectorId: 1, meterValue: [{ timestamp: '', sampledValue: [] }] },
    ],
    ['MeterValues', { connectorId: 1, meterValue: 'none' }, { connectorId: 1, meterValue: [] }],
  ])('never refuse a %s for its shape: %j', (action, payload, expected) => {
    const accepted = repaired('1.6', action, 'request', payload, 'lenient');
    expect(accepted.payload).toEqual(expected);
    expect(accepted.deviations).not.toEqual([]);
  });

  it('reads a TransactionEvent with all sorts of mistakes', () => {
    const meterValue = {
      timestamp: 'never',
      sampledValue: { value: '12.5', unitOfMeasure: { unit: 'Wh', multiplier: '0' } },
    };
    const event = {
      ...EVENT,
      eventType: 'started',
      seqNo: '0',
      offline: 'true',
      evse: { id: '1', extra: null },
      meterValue,
    };
    expect(repaired('2.0.1', 'TransactionEvent', 'request', event, 'lenient').payload).toEqual({
      ...EVENT,
      offline: true,
      evse: { id: 1 },
      meterValue: [
        { timestamp: 'never', sampledValue: [{ value: 12.5, unitOfMeasure: { unit: 'Wh', multiplier: 0 } }] },
      ],
    });
  });

  it.each([
    ['OccurrenceConstraintViolation', '/transactionInfo', { transactionInfo: undefined }],
    ['PropertyConstraintViolation', '/eventType', { eventType: 'Happened' }],
    ['TypeConstraintViolation', '/seqNo', { seqNo: 'first' }],
  ])('refuse a TransactionEvent without identity: %s at %s', (code, where, change) => {
    const error = refused('2.0.1', 'TransactionEvent', 'request', { ...EVENT, ...change }, 'lenient');
    expect(error).toMatchObject({ code, details: { path: where } });
  });

  it('drop an item that cannot be read, and say what it was', () => {
    const configurationKey = [{ key: 'A', readonly: true }, { readonly: false }, { key: 'C', readonly: true }];
    const accepted = repaired('1.6', 'GetConfiguration', 'response', { configurationKey }, 'lenient');
    expect(accepted.payload).toEqual({ configurationKey: [configurationKey[0], configurationKey[2]] });
    expect(accepted.deviations).toEqual([
      { path: '/configurationKey/1', rule: 'required', received: '{"readonly":false}', action: 'dropped' },
    ]);
  });

  it.each([9_223_372_036_854_775_807n, 2 ** 60])('take the 1.6 transactionId %p for absent', (transactionId) => {
    const sent = { connectorId: 1, transactionId, meterValue: [] };
    const accepted = repaired('1.6', 'MeterValues', 'request', sent, 'lenient');
    expect(accepted.payload).toEqual({ connectorId: 1, meterValue: [] });
    expect(accepted.deviations).toMatchObject([{ path: '/transactionId', received: String(transactionId) }]);
    const stop = { transactionId, meterStop: 1, timestamp: START.timestamp };
    expect(repaired('1.6', 'StopTransaction', 'request', stop, 'lenient').payload).toEqual({
      ...stop,
      transactionId: -1,
    });
  });

  it('take 1e999, which JSON.parse reads as Infinity, for no number', () => {
    const payload = JSON.parse(
      '{"connectorId":1,"idTag":"A","meterStart":1e999,"timestamp":"2026-01-01T00:00:00Z"}',
    ) as unknown;
    expect(refused('1.6', 'StartTransaction', 'request', payload, 'strict').description).toBe(
      '/meterStart must be of type integer, received Infinity',
    );
    expect(repaired('1.6', 'StartTransaction', 'request', payload, 'lenient').payload).toMatchObject({
      meterStart: -1,
    });
    const samples = JSON.parse(
      '{"evseId":1,"meterValue":[{"timestamp":"2026-01-01T00:00:00Z","sampledValue":[{"value":1e999},{"value":2}]}]}',
    ) as unknown;
    expect(repaired('2.0.1', 'MeterValues', 'request', samples, 'lenient').payload).toMatchObject({
      meterValue: [{ sampledValue: [{ value: 2 }] }],
    });
  });

  it('leave prototypes alone', () => {
    const hostile = JSON.parse('{"idTag":"A","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}');
    const { payload } = repaired('1.6', 'Authorize', 'request', hostile, 'lenient');
    expect(Object.keys(payload as object)).toEqual(['idTag']);
    expect(Object.getPrototypeOf(payload)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('refuse what is nested deeper than any message', () => {
    let nested: unknown = 1;
    for (let level = 0; level < 100_000; level++) nested = [nested];
    expect(refused('1.6', 'Authorize', 'request', { idTag: 1, nested }, 'lenient').code).toBe('FormatViolation');
    expect(refused('1.6', 'Authorize', 'request', { idTag: 'A', nested }, 'strict').code).toBe(
      'OccurrenceConstraintViolation',
    );
  });

  it('cost little for thousands of deviations, and list a hundred', () => {
    const extra = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`key${index}`, index]));
    const accepted = repaired('1.6', 'Authorize', 'request', { idTag: 'A', ...extra }, 'lenient');
    expect(accepted.payload).toEqual({ idTag: 'A' });
    expect(accepted.deviations).toHaveLength(100);
  });
});

describe('the generated validators', () => {
  it('exist for every message', () => {
    for (const { version, action, rpc } of MESSAGES) {
      expect(() => validate(version, action, 'request', {})).not.toThrow();
      if (rpc === 'CALL') expect(() => validate(version, action, 'response', {})).not.toThrow();
    }
  });

  it('are loaded per version, only when used', () => {
    jest.isolateModules(() => {
      jest.doMock('../generated/2.1/validators', () => {
        throw new Error('2.1 is loaded');
      });
      const isolated = jest.requireActual<{ accept: typeof accept }>('./accept');
      expect(isolated.accept('1.6', 'Heartbeat', 'request', {}, 'strict').ok).toBe(true);
      expect(isolated.accept('2.0.1', 'Heartbeat', 'request', {}, 'strict').ok).toBe(true);
      expect(() => isolated.accept('2.1', 'Heartbeat', 'request', {}, 'strict')).toThrow('2.1 is loaded');
    });
  });
});
