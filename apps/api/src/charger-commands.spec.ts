import {
  chargerStream,
  chargingProfileStream,
  commandStream,
  localListStream,
  reservationStream,
  sessionStream,
  tokenStream,
  type ChargerCommand,
  type ChargingProfile,
  type Intent,
  type LocalListFact,
  type StoredFact,
} from '@chargestream/contracts';
import { validate } from '@chargestream/ocpp';
import {
  chargerConnected,
  chargingProfilePut,
  commandRequested,
  reservationRequested,
  sessionStarted,
  tokenPut,
} from '@chargestream/read-model/testing';
import { ApiFixture } from './testing/api-fixture';

const NOW_MS = Date.parse('2026-01-01T12:00:00.000Z');
const SESSION = 'a'.repeat(32);
const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const HASH = { hashAlgorithm: 'SHA256', issuerNameHash: 'aa', issuerKeyHash: 'bb', serialNumber: '01' };
const LOCATION = 'https://files.example.org/f';
const TX = { purpose: 'TxProfile', kind: 'Relative', recurrency: null };
const NO_TIMES = { oldestAt: null, newestAt: null, retries: null, retryIntervalS: null };

let fixture: ApiFixture;

beforeAll(async () => {
  fixture = await ApiFixture.start({}, { intentTimeoutMs: 2_000, clock: () => NOW_MS, newWireId: () => 4711 });
  const append = (stream: string, facts: StoredFact[], chargerId = 'CP-1') =>
    fixture.append(stream, facts, { chargerId });
  await append(chargerStream('default', 'CP-1'), [chargerConnected(1)]);
  await append(chargerStream('default', 'CP-2'), [chargerConnected(1)], 'CP-2');
  await append(chargingProfileStream('default', 7), [chargingProfilePut(7)], '');
  const relative = { ...TX, schedule: { ...scheduleOf(chargingProfilePut(8)), startSchedule: null } };
  await append(chargingProfileStream('default', 8), [chargingProfilePut(8, relative)], '');
  await append(sessionStream(SESSION), [sessionStarted(SESSION, { transactionId: '77', evseId: 2 })]);
  await append(reservationStream('default', 5), [reservationRequested(5, 'a')], 'CP-2');
  await append(localListStream('default', 'CP-2'), [listChanged(41)], 'CP-2');
  await append(tokenStream('default', 'Fleet-1'), [tokenPut('Fleet-1', { groupId: 'fleet' })], '');
  await append(tokenStream('default', 'Later'), [tokenPut('Later', { expiresAt: '2026-01-01T12:00:01.000Z' })], '');
  await append(tokenStream('default', 'Gone'), [tokenPut('Gone', { expiresAt: '2026-01-01T12:00:00.000Z' })], '');
  await append(tokenStream('default', 'Bad'), [tokenPut('Bad', { status: 'BLOCKED' })], '');
  await append(tokenStream('default', 'x'.repeat(21)), [tokenPut('x'.repeat(21))], '');
});
afterAll(() => fixture.close());
beforeEach(() => {
  fixture.intents.length = 0;
  fixture.decide = (intent) => ({
    stream: commandStream(intent.id),
    facts: [commandRequested(intent.id, { command: commandOf(intent) })],
  });
});

function scheduleOf(fact: ReturnType<typeof chargingProfilePut>) {
  return (fact.data as ChargingProfile).schedule;
}
function listChanged(version: number): Extract<LocalListFact, { type: 'LocalListChanged' }> {
  return { type: 'LocalListChanged', data: { version, updateType: 'FULL', entries: [], commandId: 'c' } };
}
function commandOf(intent: Intent | undefined): ChargerCommand | undefined {
  return intent?.type === 'SendCommand' ? intent.data.command : undefined;
}
async function send(mutation: string, input: object) {
  const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input!`;
  const document = `mutation ($input: ${type}) { result: ${mutation}(input: $input) { id kind chargerId } }`;
  const { errors, data } = await fixture.query(document, { input });
  return { errors, result: data?.result, command: commandOf(fixture.intents[0]) };
}

const token = (idToken: string, more: object = {}) => ({
  ...{ idToken, type: 'ISO14443', status: 'ACCEPTED', expiresAt: null, groupId: null },
  ...more,
});
const fleet = token('Fleet-1', { groupId: 'fleet' });

it.each<[string, object, object]>([
  ['getLocalListVersion', {}, { kind: 'GET_LOCAL_LIST_VERSION' }],
  [
    'sendLocalList',
    {},
    {
      ...{ kind: 'SEND_LOCAL_LIST', updateType: 'FULL', version: 1 },
      entries: [fleet, token('Later', { expiresAt: '2026-01-01T12:00:01.000Z' })],
    },
  ],
  [
    'sendLocalList',
    { chargerId: 'CP-2', entries: [] },
    { kind: 'SEND_LOCAL_LIST', updateType: 'FULL', version: 42, entries: [] },
  ],
  [
    'sendLocalList',
    { updateType: 'DIFFERENTIAL', version: 9, tokens: ['fleet-1', 'Bad'], entries: [{ idToken: 'N' }], remove: ['O'] },
    {
      ...{ kind: 'SEND_LOCAL_LIST', updateType: 'DIFFERENTIAL', version: 9 },
      entries: [
        fleet,
        token('Bad', { status: 'BLOCKED' }),
        token('N', { type: null }),
        token('O', { type: null, status: null }),
      ],
    },
  ],
  [
    'reserve',
    { idToken: 'TAG', expiresAt: '2026-01-01T14:00:00+01:00' },
    {
      ...{ kind: 'RESERVE', reservationId: 4711, evseId: null, connectorId: null, idToken: 'TAG' },
      ...{ idTokenType: 'ISO14443', groupId: null, expiresAt: '2026-01-01T13:00:00.000Z' },
    },
  ],
  [
    'reserve',
    { reservationId: 6, evseId: 0, idToken: 'TAG', groupId: 'fleet', expiresAt: '2026-01-01T13:00:00Z' },
    { kind: 'RESERVE', reservationId: 6, evseId: 0, groupId: 'fleet' },
  ],
  ['cancelReservation', { reservationId: 6 }, { kind: 'CANCEL_RESERVATION', reservationId: 6 }],
  [
    'setChargingProfile',
    { chargingProfileId: 7 },
    {
      ...{ kind: 'SET_CHARGING_PROFILE', evseId: 0, transactionId: null },
      profile: chargingProfilePut(7).data,
    },
  ],
  [
    'setChargingProfile',
    { chargingProfileId: 8, sessionId: SESSION },
    { kind: 'SET_CHARGING_PROFILE', evseId: 2, transactionId: '77', profile: { chargingProfileId: 8 } },
  ],
  [
    'setChargingProfile',
    { chargingProfileId: 8, transactionId: '77' },
    { kind: 'SET_CHARGING_PROFILE', evseId: 2, transactionId: '77' },
  ],
  [
    'clearChargingProfile',
    { purpose: 'TxDefaultProfile', stackLevel: 0 },
    {
      ...{ kind: 'CLEAR_CHARGING_PROFILE', chargingProfileId: null, evseId: null },
      ...{ purpose: 'TxDefaultProfile', stackLevel: 0 },
    },
  ],
  [
    'getCompositeSchedule',
    { evseId: 1, durationS: 60 },
    { kind: 'GET_COMPOSITE_SCHEDULE', evseId: 1, durationS: 60, unit: null },
  ],
  [
    'updateFirmware',
    { location: LOCATION },
    {
      ...{ kind: 'UPDATE_FIRMWARE', location: LOCATION, retrieveAt: '2026-01-01T12:00:00.000Z', installAt: null },
      ...{ retries: null, retryIntervalS: null, signingCertificate: null, signature: null },
    },
  ],
  [
    'updateFirmware',
    { location: 'ftp://depot/f.bin', signingCertificate: PEM, signature: 'c2ln', retries: 2 },
    { kind: 'UPDATE_FIRMWARE', location: 'ftp://depot/f.bin', signingCertificate: PEM, signature: 'c2ln', retries: 2 },
  ],
  ['getLogs', { location: LOCATION }, { kind: 'GET_LOGS', logType: 'DIAGNOSTICS', location: LOCATION, ...NO_TIMES }],
  [
    'getLogs',
    { location: 'http://127.0.0.1:4000/uploads', logType: 'SECURITY', useGetLog: true },
    { kind: 'GET_LOGS', logType: 'SECURITY', useGetLog: true },
  ],
  [
    'installCertificate',
    { certificateType: 'CentralSystemRootCertificate', certificate: PEM },
    { kind: 'INSTALL_CERTIFICATE', certificateType: 'CentralSystemRootCertificate', certificate: PEM },
  ],
  ['deleteCertificate', { certificate: HASH }, { kind: 'DELETE_CERTIFICATE', certificate: HASH }],
  [
    'getInstalledCertificates',
    { certificateTypes: ['ManufacturerRootCertificate'] },
    { kind: 'GET_INSTALLED_CERTIFICATES', certificateTypes: ['ManufacturerRootCertificate'] },
  ],
  [
    'triggerMessage',
    { requestedMessage: 'Heartbeat', extended: true },
    { kind: 'TRIGGER_MESSAGE', requestedMessage: 'Heartbeat', extended: true },
  ],
])('%s of %j becomes its command', async (mutation, input, expected) => {
  const { errors, result, command } = await send(mutation, { chargerId: 'CP-1', ...input });
  expect(errors).toBeUndefined();
  expect(command).toMatchObject(expected);
  expect(result).toMatchObject({ kind: (expected as ChargerCommand).kind, id: fixture.intents[0]?.id });
});

it('finds the charger of a reservation to cancel', async () => {
  expect(await send('cancelReservation', { reservationId: 5 })).toMatchObject({ errors: undefined });
  expect(fixture.intents).toMatchObject([{ chargerId: 'CP-2' }]);
});

it.each<['1.6' | '2.0.1', string, object]>([
  ['1.6', 'RemoteStartTransaction', { idTag: 'TAG' }],
  ['2.0.1', 'RequestStartTransaction', { idToken: { idToken: 'TAG', type: 'Central' }, remoteStartId: 1 }],
])('puts a kept profile into a start as an object of OCPP %s', async (version, action, rest) => {
  const chargerId = `CP-${version}`;
  await fixture.append(chargerStream('default', chargerId), [chargerConnected(1, { ocppVersion: version })], {
    chargerId,
    ocppVersion: version,
  });
  const { errors, command } = await send('startCharging', { chargerId, idToken: 'TAG', chargingProfileId: 8 });
  expect(errors).toBeUndefined();
  if (command?.kind !== 'START_CHARGING') throw new Error('no start');
  expect(validate(version, action, 'request', { ...rest, chargingProfile: command.chargingProfile })).toEqual([]);
  const schedule = { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }] };
  expect(command.chargingProfile).toEqual({
    ...(version === '1.6' ? { chargingProfileId: 8 } : { id: 8 }),
    ...{ stackLevel: 0, chargingProfilePurpose: 'TxProfile', chargingProfileKind: 'Relative' },
    chargingSchedule:
      version === '1.6' ? { duration: 86_400, ...schedule } : [{ id: 8, duration: 86_400, ...schedule }],
  });
});

it.each<[string, object, string | null]>([
  ['sendLocalList', { remove: ['A'] }, 'remove'],
  ['sendLocalList', { version: 0 }, 'version'],
  ['sendLocalList', { entries: [{ idToken: '' }] }, 'entries.0.idToken'],
  ['sendLocalList', { tokens: ['Fleet-1'], entries: [{ idToken: 'FLEET-1' }] }, 'entries'],
  ['sendLocalList', { tokens: ['nobody'] }, null],
  ['reserve', { idToken: 'TAG', expiresAt: '2026-01-01T12:00:00Z' }, 'expiresAt'],
  ['reserve', { idToken: '', expiresAt: '2026-01-01T13:00:00Z' }, 'idToken'],
  ['reserve', { reservationId: 0, idToken: 'TAG', expiresAt: '2026-01-01T13:00:00Z' }, 'reservationId'],
  ['cancelReservation', { chargerId: null, reservationId: 99 }, null],
  ['setChargingProfile', { chargingProfileId: 99 }, null],
  ['setChargingProfile', { chargingProfileId: 8 }, 'sessionId'],
  ['setChargingProfile', { chargingProfileId: 7, transactionId: '77' }, 'sessionId'],
  ['setChargingProfile', { chargingProfileId: 8, sessionId: 'b'.repeat(32) }, null],
  ['setChargingProfile', { chargerId: 'CP-2', chargingProfileId: 8, sessionId: SESSION }, 'sessionId'],
  ['startCharging', { idToken: 'TAG', chargingProfileId: 7 }, 'chargingProfileId'],
  ['startCharging', { idToken: 'TAG', chargingProfileId: 99 }, null],
  ['startCharging', { idToken: 'TAG', chargingProfileId: 8, chargingProfile: {} }, 'chargingProfile'],
  ['getCompositeSchedule', { evseId: 1, durationS: 0 }, 'durationS'],
  ['updateFirmware', { location: 'files.example.org/f' }, 'location'],
  ['updateFirmware', { location: 'javascript:alert(1)' }, 'location'],
  ['updateFirmware', { location: LOCATION, signature: 'c2ln' }, 'signingCertificate'],
  ['updateFirmware', { location: LOCATION, signature: 'not base64!', signingCertificate: PEM }, 'signature'],
  ['getLogs', { location: LOCATION, oldestAt: '2026-01-02T00:00:00Z', newestAt: '2026-01-01T00:00:00Z' }, 'newestAt'],
  ['installCertificate', { certificateType: 'X', certificate: '-----BEGIN PRIVATE KEY-----' }, 'certificate'],
  ['deleteCertificate', { certificate: { ...HASH, serialNumber: '' } }, 'certificate.serialNumber'],
])('%s refuses %j before anything is sent', async (mutation, input, field) => {
  const { errors } = await send(mutation, { chargerId: 'CP-1', ...input });
  const expected = field === null ? { code: 'NOT_FOUND' } : { code: 'BAD_INPUT', field };
  expect(errors?.[0]?.extensions).toMatchObject(expected);
  expect(fixture.intents).toEqual([]);
});
