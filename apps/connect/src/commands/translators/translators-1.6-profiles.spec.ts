import type {
  ChargerCommand,
  ChargingProfile,
  CommandKind,
  LocalListEntry,
  ProtocolVersion,
} from '@chargestream/contracts';
import { validate } from '@chargestream/ocpp';
import { translate } from '.';

type Of<Kind extends CommandKind> = Extract<ChargerCommand, { kind: Kind }>;

const AT = '2026-06-01T12:00:00.000Z';
const token: LocalListEntry = { idToken: 'TAG', type: null, status: 'ACCEPTED', expiresAt: AT, groupId: 'fleet' };
const gone: LocalListEntry = { idToken: 'OLD', type: null, status: null, expiresAt: null, groupId: null };
const list: Of<'SEND_LOCAL_LIST'> = {
  kind: 'SEND_LOCAL_LIST',
  updateType: 'DIFFERENTIAL',
  version: 7,
  entries: [token, gone],
};
const reserve: Of<'RESERVE'> = {
  kind: 'RESERVE',
  reservationId: 5,
  evseId: 2,
  connectorId: null,
  idToken: 'TAG',
  idTokenType: 'ISO14443',
  groupId: 'fleet',
  expiresAt: AT,
};
const profile: ChargingProfile = {
  chargingProfileId: 3,
  description: 'Night',
  stackLevel: 1,
  purpose: 'TxProfile',
  kind: 'Recurring',
  recurrency: 'Daily',
  validFrom: AT,
  validTo: null,
  schedule: {
    durationS: 3_600,
    startSchedule: AT,
    unit: 'A',
    minChargingRate: 6,
    periods: [
      { startPeriodS: 0, limit: 16.5, numberPhases: 1 },
      { startPeriodS: 600, limit: 0, numberPhases: null },
    ],
  },
};
const setProfile: Of<'SET_CHARGING_PROFILE'> = {
  kind: 'SET_CHARGING_PROFILE',
  evseId: 1,
  profile,
  transactionId: '77',
};
const clear = { kind: 'CLEAR_CHARGING_PROFILE', chargingProfileId: null, evseId: null } as const;
const transfer = { location: 'https://example.org/f', retries: 2, retryIntervalS: 60 };
const firmware: Of<'UPDATE_FIRMWARE'> = {
  kind: 'UPDATE_FIRMWARE',
  ...transfer,
  retrieveAt: AT,
  installAt: null,
  signingCertificate: null,
  signature: null,
};
const signed: Of<'UPDATE_FIRMWARE'> = { ...firmware, installAt: AT, signingCertificate: 'PEM', signature: 'c2ln' };
const logs: Of<'GET_LOGS'> = { kind: 'GET_LOGS', ...transfer, logType: 'DIAGNOSTICS', oldestAt: AT, newestAt: null };
const hash = { hashAlgorithm: 'SHA256', issuerNameHash: 'aa', issuerKeyHash: 'bb', serialNumber: '01' };

const COMMANDS: [ChargerCommand, string, string][] = [
  [{ kind: 'GET_LOCAL_LIST_VERSION' }, 'GetLocalListVersion', '{}'],
  [
    list,
    'SendLocalList',
    `{"listVersion":7,"localAuthorizationList":[{"idTag":"TAG","idTagInfo":{"expiryDate":"${AT}","parentIdTag":"fleet","status":"Accepted"}},{"idTag":"OLD"}],"updateType":"Differential"}`,
  ],
  [{ ...list, updateType: 'FULL', entries: [] }, 'SendLocalList', '{"listVersion":7,"updateType":"Full"}'],
  [
    reserve,
    'ReserveNow',
    `{"connectorId":2,"expiryDate":"${AT}","idTag":"TAG","parentIdTag":"fleet","reservationId":5}`,
  ],
  [
    { ...reserve, evseId: null, groupId: null },
    'ReserveNow',
    `{"connectorId":0,"expiryDate":"${AT}","idTag":"TAG","reservationId":5}`,
  ],
  [{ kind: 'CANCEL_RESERVATION', reservationId: 5 }, 'CancelReservation', '{"reservationId":5}'],
  [
    setProfile,
    'SetChargingProfile',
    `{"connectorId":1,"csChargingProfiles":{"chargingProfileId":3,"transactionId":77,"stackLevel":1,"chargingProfilePurpose":"TxProfile","chargingProfileKind":"Recurring","recurrencyKind":"Daily","validFrom":"${AT}","chargingSchedule":{"duration":3600,"startSchedule":"${AT}","chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":0,"limit":16.5,"numberPhases":1},{"startPeriod":600,"limit":0}],"minChargingRate":6}}}`,
  ],
  [{ ...clear, purpose: null, stackLevel: null }, 'ClearChargingProfile', '{}'],
  [
    { ...clear, evseId: 1, purpose: 'ChargePointMaxProfile', stackLevel: 0 },
    'ClearChargingProfile',
    '{"connectorId":1,"chargingProfilePurpose":"ChargePointMaxProfile","stackLevel":0}',
  ],
  [
    { kind: 'GET_COMPOSITE_SCHEDULE', evseId: 1, durationS: 60, unit: 'W' },
    'GetCompositeSchedule',
    '{"connectorId":1,"duration":60,"chargingRateUnit":"W"}',
  ],
  [
    firmware,
    'UpdateFirmware',
    `{"location":"https://example.org/f","retries":2,"retrieveDate":"${AT}","retryInterval":60}`,
  ],
  [
    signed,
    'SignedUpdateFirmware',
    `{"retries":2,"retryInterval":60,"requestId":42,"firmware":{"location":"https://example.org/f","retrieveDateTime":"${AT}","installDateTime":"${AT}","signingCertificate":"PEM","signature":"c2ln"}}`,
  ],
  [logs, 'GetDiagnostics', `{"location":"https://example.org/f","retries":2,"retryInterval":60,"startTime":"${AT}"}`],
  [
    { ...logs, logType: 'SECURITY', retries: null, retryIntervalS: null, oldestAt: null },
    'GetLog',
    '{"log":{"remoteLocation":"https://example.org/f"},"logType":"SecurityLog","requestId":42}',
  ],
  [
    { ...logs, useGetLog: true },
    'GetLog',
    `{"log":{"remoteLocation":"https://example.org/f","oldestTimestamp":"${AT}"},"logType":"DiagnosticsLog","requestId":42,"retries":2,"retryInterval":60}`,
  ],
  [
    { kind: 'INSTALL_CERTIFICATE', certificateType: 'CentralSystemRootCertificate', certificate: 'PEM' },
    'InstallCertificate',
    '{"certificateType":"CentralSystemRootCertificate","certificate":"PEM"}',
  ],
  [
    { kind: 'DELETE_CERTIFICATE', certificate: hash },
    'DeleteCertificate',
    `{"certificateHashData":${JSON.stringify(hash)}}`,
  ],
  [
    { kind: 'GET_INSTALLED_CERTIFICATES', certificateTypes: ['ManufacturerRootCertificate'] },
    'GetInstalledCertificateIds',
    '{"certificateType":"ManufacturerRootCertificate"}',
  ],
  [{ kind: 'SEND_SIGNED_CERTIFICATE', certificateChain: 'PEM' }, 'CertificateSigned', '{"certificateChain":"PEM"}'],
  [
    { kind: 'TRIGGER_MESSAGE', requestedMessage: 'Heartbeat', evseId: null, connectorId: null, extended: true },
    'ExtendedTriggerMessage',
    '{"requestedMessage":"Heartbeat"}',
  ],
];

describe('1.6', () => {
  it.each(COMMANDS)('%j is %s %s', (command, action, payload) => {
    const translation = translate(command, { version: '1.6', requestId: 42 });
    if (!translation.ok) throw new Error(translation.sentence);
    expect(translation.calls.map((call) => [call.action, JSON.stringify(call.payload)])).toEqual([[action, payload]]);
    expect(validate('1.6', action, 'request', translation.calls[0]!.payload)).toEqual([]);
  });

  it.each<[ChargerCommand, RegExp]>([
    [{ ...firmware, installAt: AT }, /signed firmware/],
    [{ ...firmware, signature: 'c2ln' }, /both a signature and the certificate/],
    [{ ...setProfile, transactionId: 'abc' }, /"abc" is none/],
    [{ kind: 'GET_INSTALLED_CERTIFICATES', certificateTypes: [] }, /one type of certificate at a time/],
  ])('%j is refused with a sentence', (command, sentence) => {
    expect(translate(command, { version: '1.6', requestId: 42 })).toEqual({
      ok: false,
      sentence: expect.stringMatching(sentence),
    });
  });
});

describe.each<ProtocolVersion>(['2.0.1', '2.1'])('%s', (version) => {
  const types2: Record<string, Partial<ChargerCommand>> = {
    INSTALL_CERTIFICATE: { certificateType: 'CSMSRootCertificate' },
    GET_INSTALLED_CERTIFICATES: { certificateTypes: ['CSMSRootCertificate'] },
  };
  it.each(COMMANDS)('takes %j', (command) => {
    const translation = translate({ ...command, ...types2[command.kind] } as ChargerCommand, {
      version,
      requestId: 42,
    });
    if (!translation.ok) throw new Error(translation.sentence);
    for (const { action, payload } of translation.calls) {
      expect(validate(version, action, 'request', payload)).toEqual([]);
    }
  });
});
