import { accept } from './accept';
import type { Deviation } from './deviation';
import quirks from './fixtures/quirks.json';
import type { PayloadKind } from './validators';
import type { OcppVersion } from '../versions';

interface Expected {
  /** What is handed on, where it is not the payload itself. */
  change?: (payload: any) => void; // eslint-disable-line @typescript-eslint/no-explicit-any -- fixtures of any message
  deviations: Array<Pick<Deviation, 'path' | 'rule' | 'action'>>;
}

const SAMPLE = '/meterValue/0/sampledValue/0';
const unchanged: Expected = { deviations: [] };
const kept = (...paths: string[]): Expected => ({
  deviations: paths.map((path) => ({ path, rule: 'maxLength', action: 'kept' })),
});
const without = (rule: string, ...keys: string[]): Expected => ({
  change: (payload) => keys.forEach((key) => delete payload[key]),
  deviations: keys.map((key) => ({ path: `/${key}`, rule, action: 'dropped' })),
});

const EXPECTED: Record<string, Expected> = {
  'mv-value-number': {
    change: (payload) => (payload.meterValue[0].sampledValue[0].value = '604.213'),
    deviations: [{ path: `${SAMPLE}/value`, rule: 'type', action: 'coerced' }],
  },
  'mv-unit-Hz': {
    change: (payload) => (payload.meterValue[0].sampledValue[0].unit = 'Hertz'),
    deviations: [{ path: `${SAMPLE}/unit`, rule: 'enum', action: 'rewritten' }],
  },
  'mv-unit-Hertz': unchanged,
  'mv-empty-sampledValue': unchanged,
  'mv-empty-value': unchanged,
  'mv-object-not-array': {
    change: (payload) => (payload.meterValue = [payload.meterValue]),
    deviations: [{ path: '/meterValue', rule: 'type', action: 'wrapped' }],
  },
  'mv-ts-no-tz': {
    change: (payload) => (payload.meterValue[0].timestamp = '2026-08-04T13:35:45.377Z'),
    deviations: [{ path: '/meterValue/0/timestamp', rule: 'format', action: 'rewritten' }],
  },
  'mv-txid-int64': without('safeInteger', 'transactionId'),
  'mv-txid-null': without('type', 'transactionId'),
  'mv-context-bad': { deviations: [{ path: `${SAMPLE}/context`, rule: 'enum', action: 'kept' }] },
  'stop-txid--1': unchanged,
  'stop-txid-0': unchanged,
  'stop-idtag-21': kept('/idTag'),
  'stop-extra': without('additionalProperties', 'connectorId', 'disconnectReason'),
  'stop-meter--1': unchanged,
  'auth-extra-connectorId': without('additionalProperties', 'connectorId'),
  'boot-serial-26': kept('/chargePointSerialNumber', '/chargeBoxSerialNumber'),
  'boot-empty-vendor': unchanged,
  'status-info-long': kept('/info'),
  'status-errorCode-enum': {
    change: (payload) => (payload.errorCode = 'OtherError'),
    deviations: [{ path: '/errorCode', rule: 'enum', action: 'rewritten' }],
  },
  'getconf-value-number': {
    change: (payload) => (payload.configurationKey[0].value = '300'),
    deviations: [{ path: '/configurationKey/0/value', rule: 'type', action: 'coerced' }],
  },
  'getconf-value-long': kept('/configurationKey/0/value'),
  'composite-junk': without('notAccepted', 'connectorId', 'chargingSchedule', 'scheduleStart'),
  'te201-signed-long': kept(`${SAMPLE}/signedMeterValue/signedMeterData`),
  'te201-no-trigger': {
    change: (payload) => (payload.triggerReason = 'AbnormalCondition'),
    deviations: [{ path: '/triggerReason', rule: 'required', action: 'filled' }],
  },
  'exi-7500': kept('/exiResponse'),
  'string-int': {
    change: (payload) => (payload.connectorId = 1),
    deviations: [{ path: '/connectorId', rule: 'type', action: 'coerced' }],
  },
};

function subjectOf(schema: string): [OcppVersion, string, PayloadKind] {
  const [version, name] = schema.split('/') as [OcppVersion, string];
  return [version, name.replace(/(Request|Response)$/, ''), name.endsWith('Response') ? 'response' : 'request'];
}

describe('what real chargers send', () => {
  it('is 27 cases', () => {
    expect(quirks.map(({ id }) => id).sort()).toEqual(Object.keys(EXPECTED).sort());
    expect(quirks).toHaveLength(27);
  });

  it.each(quirks.map((quirk) => [quirk.id, quirk] as const))('%s', (id, { schema, payload, strictValid, strict }) => {
    const strictly = accept(...subjectOf(schema), payload, 'strict');
    expect(strictly.ok).toBe(strictValid);
    const strictPaths = strictly.deviations.map(
      ({ path, rule }) =>
        // ajv points to the object around a property that is missing or too much.
        `${rule} ${['required', 'additionalProperties'].includes(rule) ? path.slice(0, path.lastIndexOf('/')) : path}`,
    );
    expect(strictPaths).toEqual(strict ?? []);

    const before = JSON.stringify(payload);
    const leniently = accept(...subjectOf(schema), payload, 'lenient');
    expect(JSON.stringify(payload)).toBe(before);
    const expected = structuredClone(payload);
    EXPECTED[id]?.change?.(expected);
    expect(leniently).toMatchObject({ ok: true, payload: expected });
    expect(leniently.ok && leniently.payload).toEqual(expected);
    expect(leniently.deviations.map(({ path, rule, action }) => ({ path, rule, action }))).toEqual(
      EXPECTED[id]?.deviations,
    );
  });
});
