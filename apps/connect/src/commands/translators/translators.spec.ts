import type { ChargerCommand, ProtocolVersion } from '@chargestream/contracts';
import { validate } from '@chargestream/ocpp';
import { translate } from '.';

function wire(version: ProtocolVersion, command: ChargerCommand): [string, string][] {
  const translation = translate(command, { version, requestId: 42 });
  if (!translation.ok) throw new Error(translation.sentence);
  for (const { action, payload } of translation.calls) {
    expect(validate(version, action, 'request', payload)).toEqual([]);
  }
  return translation.calls.map(({ action, payload }) => [action, JSON.stringify(payload)]);
}

const profile = {
  chargingProfileId: 1,
  stackLevel: 0,
  chargingProfilePurpose: 'TxProfile',
  chargingProfileKind: 'Relative',
  chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }] },
};
const logRequest = { log: { remoteLocation: 'https://example.org/logs' }, logType: 'DiagnosticsLog', requestId: 5 };
const start = {
  kind: 'START_CHARGING',
  evseId: 1,
  connectorId: null,
  idToken: 'TAG',
  idTokenType: 'Central',
  remoteStartId: 9,
  chargingProfile: null,
} as const;

describe('1.6', () => {
  it.each<[ChargerCommand, string, string]>([
    [start, 'RemoteStartTransaction', '{"connectorId":1,"idTag":"TAG"}'],
    [{ ...start, evseId: null }, 'RemoteStartTransaction', '{"idTag":"TAG"}'],
    [
      { ...start, chargingProfile: profile },
      'RemoteStartTransaction',
      `{"connectorId":1,"idTag":"TAG","chargingProfile":${JSON.stringify(profile)}}`,
    ],
    [{ kind: 'STOP_CHARGING', sessionId: null, transactionId: '77' }, 'RemoteStopTransaction', '{"transactionId":77}'],
    [{ kind: 'UNLOCK_CONNECTOR', evseId: 2, connectorId: 1 }, 'UnlockConnector', '{"connectorId":2}'],
    [{ kind: 'RESET_CHARGER', type: 'IMMEDIATE', evseId: null }, 'Reset', '{"type":"Hard"}'],
    [{ kind: 'RESET_CHARGER', type: 'ON_IDLE', evseId: null }, 'Reset', '{"type":"Soft"}'],
    [
      { kind: 'SET_AVAILABILITY', operative: false, evseId: null, connectorId: null },
      'ChangeAvailability',
      '{"connectorId":0,"type":"Inoperative"}',
    ],
    [
      { kind: 'SET_AVAILABILITY', operative: true, evseId: 2, connectorId: 1 },
      'ChangeAvailability',
      '{"connectorId":2,"type":"Operative"}',
    ],
    [
      { kind: 'TRIGGER_MESSAGE', requestedMessage: 'StatusNotification', evseId: 1, connectorId: null },
      'TriggerMessage',
      '{"requestedMessage":"StatusNotification","connectorId":1}',
    ],
    [
      { kind: 'TRIGGER_MESSAGE', requestedMessage: 'SignChargePointCertificate', evseId: null, connectorId: null },
      'ExtendedTriggerMessage',
      '{"requestedMessage":"SignChargePointCertificate"}',
    ],
    [{ kind: 'GET_CONFIGURATION', keys: [], variables: [] }, 'GetConfiguration', '{}'],
    [{ kind: 'GET_CONFIGURATION', keys: ['A'], variables: [] }, 'GetConfiguration', '{"key":["A"]}'],
    [{ kind: 'CLEAR_CACHE' }, 'ClearCache', '{}'],
    [
      { kind: 'DATA_TRANSFER', vendorId: 'v', messageId: 'm', data: { a: 1 } },
      'DataTransfer',
      '{"vendorId":"v","messageId":"m","data":"{\\"a\\":1}"}',
    ],
    [{ kind: 'CALL_CHARGER', action: 'ClearCache', payload: {} }, 'ClearCache', '{}'],
  ])('%j', (command, action, payload) => {
    expect(wire('1.6', command)).toEqual([[action, payload]]);
  });

  it('sets several keys one after the other', () => {
    const entries = [
      { key: 'A', value: '1' },
      { key: 'B', value: '2' },
    ];
    expect(wire('1.6', { kind: 'SET_CONFIGURATION', entries })).toEqual([
      ['ChangeConfiguration', '{"key":"A","value":"1"}'],
      ['ChangeConfiguration', '{"key":"B","value":"2"}'],
    ]);
  });

  it.each<[ChargerCommand, RegExp]>([
    [{ kind: 'STOP_CHARGING', sessionId: null, transactionId: 'abc' }, /whole numbers/],
    [{ kind: 'RESET_CHARGER', type: 'ON_IDLE', evseId: 1 }, /whole charger/],
    [{ kind: 'TRIGGER_MESSAGE', requestedMessage: 'TransactionEvent', evseId: null, connectorId: null }, /MeterValues/],
    [{ kind: 'CALL_CHARGER', action: 'BootNotification', payload: {} }, /only sent by chargers/],
    [{ kind: 'CALL_CHARGER', action: 'RequestStartTransaction', payload: {} }, /no message/],
    [{ kind: 'SET_CONFIGURATION', entries: [] }, /at least one/],
  ])('cannot say %j', (command, sentence) => {
    const translation = translate(command, { version: '1.6', requestId: 42 });
    expect(translation).toMatchObject({ ok: false, sentence: expect.stringMatching(sentence) });
  });
});

describe.each<ProtocolVersion>(['2.0.1', '2.1'])('%s', (version) => {
  it.each<[ChargerCommand, string, string]>([
    [start, 'RequestStartTransaction', '{"evseId":1,"idToken":{"idToken":"TAG","type":"Central"},"remoteStartId":9}'],
    [
      { kind: 'STOP_CHARGING', sessionId: null, transactionId: 'tx-1' },
      'RequestStopTransaction',
      '{"transactionId":"tx-1"}',
    ],
    [{ kind: 'UNLOCK_CONNECTOR', evseId: 2, connectorId: 1 }, 'UnlockConnector', '{"evseId":2,"connectorId":1}'],
    [{ kind: 'RESET_CHARGER', type: 'IMMEDIATE', evseId: 1 }, 'Reset', '{"type":"Immediate","evseId":1}'],
    [{ kind: 'RESET_CHARGER', type: 'ON_IDLE', evseId: null }, 'Reset', '{"type":"OnIdle"}'],
    [
      { kind: 'SET_AVAILABILITY', operative: false, evseId: 1, connectorId: 2 },
      'ChangeAvailability',
      '{"evse":{"id":1,"connectorId":2},"operationalStatus":"Inoperative"}',
    ],
    [
      { kind: 'SET_AVAILABILITY', operative: true, evseId: null, connectorId: null },
      'ChangeAvailability',
      '{"operationalStatus":"Operative"}',
    ],
    [
      { kind: 'TRIGGER_MESSAGE', requestedMessage: 'TransactionEvent', evseId: 1, connectorId: null },
      'TriggerMessage',
      '{"evse":{"id":1},"requestedMessage":"TransactionEvent"}',
    ],
    [
      { kind: 'GET_CONFIGURATION', keys: [], variables: [] },
      'GetBaseReport',
      '{"requestId":42,"reportBase":"FullInventory"}',
    ],
    [
      {
        kind: 'GET_CONFIGURATION',
        keys: ['ClockCtrlr.DateTime'],
        variables: [{ component: 'EVSE', evseId: 1, variable: 'Power' }],
      },
      'GetVariables',
      '{"getVariableData":[{"component":{"name":"ClockCtrlr"},"variable":{"name":"DateTime"}},{"component":{"evse":{"id":1},"name":"EVSE"},"variable":{"name":"Power"}}]}',
    ],
    [
      {
        kind: 'SET_CONFIGURATION',
        entries: [{ key: 'OCPPCommCtrlr.HeartbeatInterval', attributeType: 'Target', value: '60' }],
      },
      'SetVariables',
      '{"setVariableData":[{"attributeType":"Target","attributeValue":"60","component":{"name":"OCPPCommCtrlr"},"variable":{"name":"HeartbeatInterval"}}]}',
    ],
    [{ kind: 'CLEAR_CACHE' }, 'ClearCache', '{}'],
    [
      { kind: 'DATA_TRANSFER', vendorId: 'v', messageId: null, data: { a: 1 } },
      'DataTransfer',
      '{"data":{"a":1},"vendorId":"v"}',
    ],
    [{ kind: 'CALL_CHARGER', action: 'GetLog', payload: logRequest }, 'GetLog', JSON.stringify(logRequest)],
  ])('%j', (command, action, payload) => {
    expect(wire(version, command)).toEqual([[action, payload]]);
  });

  it('cannot address a variable without a component', () => {
    for (const command of [
      { kind: 'GET_CONFIGURATION', keys: ['HeartbeatInterval'], variables: [] },
      { kind: 'SET_CONFIGURATION', entries: [{ key: 'HeartbeatInterval', value: '1' }] },
    ] satisfies ChargerCommand[]) {
      expect(translate(command, { version, requestId: 1 })).toMatchObject({
        ok: false,
        sentence: expect.stringContaining('Component.Variable'),
      });
    }
  });
});
