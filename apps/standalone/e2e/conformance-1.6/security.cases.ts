import { newSigningRequest } from '@chargestream/certificates/testing';
import type { Bench } from './bench';
import { casesIn } from './cases';
import { ASKED, inSeconds } from './bench';

const { cases, define } = casesIn('security.cases.ts');
export const securityCases = cases;

const PASSWORD = 'first-password-16';
const profileIs = (bench: Bench, id: string, securityProfile: number) =>
  bench.shows(
    `query ($id: ID!) { charger(id: $id) { connectivity securityProfile } }`,
    { id },
    {
      charger: { connectivity: 'ONLINE', securityProfile },
    },
  );

define('073', 'WP A01.FR.02, A01.FR.03', async (bench, id) => {
  await bench.registered(id, PASSWORD);
  const charger = await bench.charger(id, { password: PASSWORD });
  const value = 'another-password-20';
  const { result } = await bench.system.graphql.query<{ result: { state: string; payload: unknown; id: string } }>(
    `mutation ($input: SetConfigurationInput!) { result: setConfiguration(input: $input, waitSeconds: 10) {
       id state payload request } }`,
    { input: { chargerId: id, entries: [{ key: 'AuthorizationKey', value }] } },
  );
  expect(result.state).toBe('ACCEPTED');
  expect(JSON.stringify(result)).not.toContain(value);
  expect(charger.sent('ChangeConfiguration')).toEqual([JSON.stringify({ key: 'AuthorizationKey', value })]);
  await charger.close();
  await bench.refused(id, { password: PASSWORD }, 401);
  await bench.charger(id, { password: value });
  await profileIs(bench, id, 1);
});

define('074', 'WP A02.FR.02, A02.FR.03, A02.FR.11', async (bench, id) => {
  const charger = await bench.charger(id);
  const requestedMessage = 'SignChargePointCertificate';
  const wire = '{"requestedMessage":"SignChargePointCertificate"}';
  await bench.command(charger, 'triggerMessage', { requestedMessage }, { wire, action: 'ExtendedTriggerMessage' });
  const { csrPem, keyPem } = await newSigningRequest([{ CN: [id] }]);
  expect(await charger.text('SignCertificate', { csr: csrPem })).toBe('{"status":"Accepted"}');
  const { certificateChain, ...more } = JSON.parse(await charger.until('CertificateSigned')) as Record<string, string>;
  expect(more).toEqual({});
  expect(certificateChain).toMatch(/^-----BEGIN CERTIFICATE-----/);
  await bench.operation(id, 'SUCCEEDED', 'Accepted', ['Started', 'CertificateIssued', 'Accepted']);
  const query = `query ($id: ID!) { charger(id: $id) { certificates { own { certificateChain } } } }`;
  await bench.shows(query, { id }, { charger: { certificates: { own: { certificateChain } } } });
  await charger.close();
  const tls = { ca: bench.authority.rootPem, cert: certificateChain, key: keyPem };
  await bench.connect(id, { tls }, bench.tlsUrl);
  await profileIs(bench, id, 3);
});

const HASH = {
  hashAlgorithm: 'SHA256',
  ...{ issuerNameHash: 'ab'.repeat(32), issuerKeyHash: 'cd'.repeat(32), serialNumber: '4a' },
};

function install(number: string, certificateType: string): void {
  define(number, 'WP M05.FR.01, M05.FR.02, M03.FR.01, M03.FR.04', async (bench, id) => {
    const charger = await bench.charger(id);
    const input = { certificateType, certificate: bench.authority.rootPem };
    await bench.command(charger, 'installCertificate', input, { wire: JSON.stringify(input) });
    const answer = { status: 'Accepted', certificateHashData: [HASH] };
    const wire = JSON.stringify({ certificateType });
    await bench.command(charger, 'getInstalledCertificates', { certificateTypes: [certificateType] }, { wire, answer });
    await bench.installed(id, [{ certificateType, ...HASH }]);
  });
}

install('075_1', 'ManufacturerRootCertificate');
install('075_2', 'CentralSystemRootCertificate');

define('076', 'WP M04.FR.01, M04.FR.02, M03.FR.02', async (bench, id) => {
  const charger = await bench.charger(id);
  const certificateType = 'CentralSystemRootCertificate';
  const certificateTypes = [certificateType];
  const wire = JSON.stringify({ certificateType });
  const there = { status: 'Accepted', certificateHashData: [HASH] };
  await bench.command(charger, 'getInstalledCertificates', { certificateTypes }, { wire, answer: there });
  await bench.installed(id, [{ certificateType, ...HASH }]);
  const deletion = JSON.stringify({ certificateHashData: HASH });
  await bench.command(charger, 'deleteCertificate', { certificate: HASH }, { wire: deletion });
  const answer = { status: 'NotFound' };
  await bench.command(charger, 'getInstalledCertificates', { certificateTypes }, { wire, answer, state: 'REJECTED' });
  await bench.installed(id, []);
});

const securityEvent = async (bench: Bench, id: string, type: string) => {
  const charger = await bench.charger(id);
  const event = { type, timestamp: inSeconds(0), techInfo: 'told by the test' };
  return { charger, answer: await charger.text('SecurityEventNotification', event) };
};

define('077', 'WP A04.FR.01, A04.FR.03, A02.FR.07', async (bench, id) => {
  const charger = await bench.charger(id);
  charger.answer('CertificateSigned', { status: 'Rejected' });
  const { csrPem } = await newSigningRequest([{ CN: [id] }]);
  await charger.text('SignCertificate', { csr: csrPem });
  await charger.until('CertificateSigned');
  const type = 'InvalidChargePointCertificate';
  expect(await charger.text('SecurityEventNotification', { type, timestamp: inSeconds(0) })).toBe('{}');
  await bench.securityEvents(id, [{ type, techInfo: null }]);
  await bench.operation(id, 'FAILED', 'Rejected', ['Started', 'CertificateIssued', 'Rejected']);
});

define('078', 'WP A04.FR.01, A04.FR.03, M05.FR.04', async (bench, id) => {
  const { charger, answer } = await securityEvent(bench, id, 'InvalidCentralSystemCertificate');
  expect(answer).toBe('{}');
  await bench.securityEvents(id, [{ type: 'InvalidCentralSystemCertificate', techInfo: 'told by the test' }]);
  const certificate = bench.authority.rootPem;
  const request = { certificateType: 'CentralSystemRootCertificate', certificate };
  const wire = JSON.stringify(request);
  const refusal = { answer: { status: 'Rejected' }, state: 'REJECTED' };
  await bench.command(charger, 'installCertificate', request, { wire, ...refusal });
});

define('079', 'WP N01.FR.01, N01.FR.02, N01.FR.03', async (bench, id) => {
  const charger = await bench.charger(id);
  const input = { location: 'https://files.example.org/', logType: 'SECURITY' };
  const wire =
    /^\{"log":\{"remoteLocation":"https:\/\/files.example.org\/"\},"logType":"SecurityLog","requestId":\d+\}$/;
  const answer = { status: 'Accepted', filename: 'security.log' };
  const { payload } = await bench.command(charger, 'getLogs', input, { wire, answer, action: 'GetLog' });
  const { requestId } = payload as { requestId: number };
  for (const status of ['Uploading', 'Uploaded']) {
    expect(await charger.text('LogStatusNotification', { status, requestId })).toBe('{}');
  }
  await bench.operation(id, 'SUCCEEDED', 'Uploaded', [...ASKED, 'Uploading', 'Uploaded']);
});

function secureUpdate(number: string, requirements: string, statuses: string[], outcome: string): void {
  define(number, requirements, async (bench, id) => {
    const charger = await bench.charger(id);
    const location = 'https://files.example.org/firmware.bin';
    const signingCertificate = bench.authority.rootPem;
    const [retrieveAt, signature] = [inSeconds(0), 'c2lnbmVk'];
    const input = { location, retrieveAt, signingCertificate, signature };
    const action = 'SignedUpdateFirmware';
    const wire = /^\{"requestId":\d+,"firmware":\{"location":.*,"retrieveDateTime":.*,"signingCertificate":.*\}\}$/;
    const { payload } = await bench.command(charger, 'updateFirmware', input, { wire, action });
    const { requestId, firmware } = payload as { requestId: number; firmware: object };
    expect(firmware).toEqual({ location, retrieveDateTime: retrieveAt, signingCertificate, signature });
    for (const status of statuses) {
      expect(await charger.text('SignedFirmwareStatusNotification', { status, requestId })).toBe('{}');
    }
    await bench.operation(id, outcome, statuses.at(-1)!, [...ASKED, ...statuses]);
    if (outcome === 'SUCCEEDED') return;
    const type = 'InvalidFirmwareSignature';
    expect(await charger.text('SecurityEventNotification', { type, timestamp: inSeconds(0) })).toBe('{}');
    await bench.securityEvents(id, [{ type }]);
  });
}

const verified = ['Downloading', 'Downloaded', 'SignatureVerified', 'Installing', 'Installed'];
secureUpdate('080', 'WP L01.FR.01', verified, 'SUCCEEDED');
secureUpdate('081', 'WP L01.FR.01, L01.FR.03', ['Downloading', 'Downloaded', 'InvalidSignature'], 'FAILED');

define('083', 'WP A05.FR.07, A00.FR.002', async (bench, id) => {
  await bench.registered(id, PASSWORD);
  const charger = await bench.charger(id, { password: PASSWORD });
  await profileIs(bench, id, 1);
  const entries = [{ key: 'SecurityProfile', value: '2' }];
  await bench.command(charger, 'setConfiguration', { entries }, { wire: '{"key":"SecurityProfile","value":"2"}' });
  await charger.close();
  await bench.connect(id, { password: PASSWORD, tls: { ca: bench.authority.rootPem } }, bench.tlsUrl);
  await profileIs(bench, id, 2);
  await bench.told(id, 'SecurityProfileRaised', [{ securityProfile: 2 }]);
  await bench.refused(id, { password: PASSWORD }, 403);
});

define('085', 'OCPP-J §6.2, WP A00.FR.202, A00.FR.203, A00.FR.204', async (bench, id) => {
  await bench.registered(id, PASSWORD);
  await bench.refused(id, { password: 'not-the-password' }, 401);
  await bench.charger(id, { password: PASSWORD });
  await profileIs(bench, id, 1);
});

define('086', 'WP A00.FR.305, A00.FR.306, A00.FR.307, A00.FR.311', async (bench, id) => {
  await bench.registered(id, PASSWORD);
  const tls = { ca: bench.authority.rootPem };
  await bench.refused(id, { password: 'not-the-password', tls }, 401, bench.tlsUrl);
  const charger = await bench.connect(id, { password: PASSWORD, tls }, bench.tlsUrl);
  expect(await charger.text('Heartbeat', {})).toMatch(/^\{"currentTime":"[^"]+Z"\}$/);
  await profileIs(bench, id, 2);
});

define('087', 'WP A00.FR.401, A00.FR.403, A00.FR.405', async (bench, id) => {
  const charger = await bench.charger(id);
  const { csrPem, keyPem } = await newSigningRequest([{ CN: [id] }]);
  await charger.text('SignCertificate', { csr: csrPem });
  const signed = JSON.parse(await charger.until('CertificateSigned')) as { certificateChain: string };
  await charger.close();
  const tls = { ca: bench.authority.rootPem, cert: signed.certificateChain, key: keyPem };
  await bench.refused('SOMEBODY-ELSE', { tls }, 401, bench.tlsUrl);
  const secure = await bench.connect(id, { tls }, bench.tlsUrl);
  expect(await secure.text('Heartbeat', {})).toMatch(/^\{"currentTime":"[^"]+Z"\}$/);
  await profileIs(bench, id, 3);
});

define('088', 'OCPP-J §3.1.2, §3.2', async (bench, id) => {
  const charger = await bench.connect(id, { protocols: ['ocpp9.9', 'ocpp1.6'] });
  expect(charger.protocol).toBe('ocpp1.6');
  const query = `query ($id: ID!) { charger(id: $id) { ocppVersion connectivity } }`;
  await bench.shows(query, { id }, { charger: { ocppVersion: '1.6', connectivity: 'ONLINE' } });
});
