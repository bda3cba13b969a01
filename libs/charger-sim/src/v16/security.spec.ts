import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { validate } from '@chargestream/ocpp';
import { DrivenDepot } from '../testing/driven-depot';
import { passwordOf } from './security-profile';

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;

interface Authority {
  rootPem: string;
  sign(csrPem: string): Promise<string>;
  issue(name: string): Promise<string>;
}

async function newAuthority(name: string): Promise<Authority> {
  x509.cryptoProvider.set(webcrypto as never);
  const newKeys = () =>
    webcrypto.subtle.generateKey(EC as never, true, ['sign', 'verify']) as never as Promise<CryptoKeyPair>;
  const keys = await newKeys();
  const dates = { notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + DAY_MS) };
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys: keys as never,
    signingAlgorithm: EC as never,
    serialNumber: '0A',
    ...dates,
    extensions: [new x509.BasicConstraintsExtension(true, 1, true)],
  });
  const certify = async (subject: string, publicKey: unknown) => {
    const certificate = await x509.X509CertificateGenerator.create({
      subject,
      issuer: root.subject,
      publicKey: publicKey as never,
      signingKey: keys.privateKey as never,
      signingAlgorithm: EC as never,
      ...dates,
    });
    return `${certificate.toString('pem')}\n`;
  };
  return {
    rootPem: `${root.toString('pem')}\n`,
    sign: (csrPem) => {
      const csr = new x509.Pkcs10CertificateRequest(csrPem);
      return certify(csr.subject, csr.publicKey);
    },
    issue: async (subject) => certify(`CN=${subject}`, (await newKeys()).publicKey),
  };
}

type CryptoKeyPair = webcrypto.CryptoKeyPair;

describe('security of a 1.6 charger', () => {
  let depot: DrivenDepot;
  beforeEach(() => void (depot = new DrivenDepot()));
  afterEach(() => depot.close());

  const install = (certificate: string, certificateType = 'CentralSystemRootCertificate') =>
    depot.command('InstallCertificate', { certificateType, certificate }).then(({ status }) => status);
  const set = (key: string, value: string) =>
    depot.command('ChangeConfiguration', { key, value }).then(({ status }) => status);
  const ids = () => depot.command('GetInstalledCertificateIds', { certificateType: 'CentralSystemRootCertificate' });

  it('installs, lists and deletes root certificates', async () => {
    await depot.open();
    const { rootPem } = await newAuthority('Root');
    expect(await ids()).toEqual({ status: 'NotFound' });
    expect(await install('no certificate')).toBe('Rejected');
    expect(await install(rootPem)).toBe('Accepted');
    const listed = await ids();
    expect(validate('1.6', 'GetInstalledCertificateIds', 'response', listed)).toEqual([]);
    const [certificateHashData] = listed.certificateHashData as Record<string, string>[];
    expect(certificateHashData).toMatchObject({ hashAlgorithm: 'SHA256', serialNumber: 'a' });
    const remove = () => depot.command('DeleteCertificate', { certificateHashData });
    expect(await remove()).toEqual({ status: 'Accepted' });
    expect(await remove()).toEqual({ status: 'NotFound' });
  });

  it('has its certificate signed, and takes only one for its key and from its root', async () => {
    const charger = await depot.open();
    const [authority, stranger] = [await newAuthority('Root'), await newAuthority('Stranger')];
    await install(authority.rootPem);
    await depot.command('ExtendedTriggerMessage', { requestedMessage: 'SignChargePointCertificate' });
    await depot.until(() => depot.sent('SignCertificate').length === 1);
    const csr = String(depot.sent('SignCertificate')[0]!.csr);
    expect(new x509.Pkcs10CertificateRequest(csr).subject).toBe('CN=CP-1, O=Northwind Charging');
    const give = (certificateChain: string) => depot.command('CertificateSigned', { certificateChain });
    expect(await give(await stranger.sign(csr))).toEqual({ status: 'Rejected' });
    expect(await give(await authority.issue('CP-1'))).toEqual({ status: 'Rejected' });
    await depot.until(() => depot.sent('SecurityEventNotification').length === 2);
    expect(depot.sent('SecurityEventNotification')[0]).toMatchObject({ type: 'InvalidChargePointCertificate' });
    const good = `${await authority.sign(csr)}${authority.rootPem}`;
    expect(await give(good)).toEqual({ status: 'Accepted' });
    expect(charger.equipment.certificates.ownChain).toBe(good);
    expect(await give(good)).toEqual({ status: 'Rejected' }); // nothing is asked for any more
  });

  it('verifies signed firmware', async () => {
    const charger = await depot.open();
    const manufacturer = await newAuthority('Maker');
    await install(manufacturer.rootPem, 'ManufacturerRootCertificate');
    const update = (signingCertificate: string) =>
      depot.command('SignedUpdateFirmware', {
        requestId: 9,
        firmware: {
          location: 'http://f/2.bin',
          retrieveDateTime: new Date().toISOString(),
          signingCertificate,
          signature: 'c2lnbmF0dXJl',
        },
      });
    const statuses = () => depot.sent('SignedFirmwareStatusNotification').map(({ status }) => status);
    expect(await update(await (await newAuthority('Other')).issue('firmware'))).toEqual({
      status: 'InvalidCertificate',
    });
    const trusted = await manufacturer.issue('firmware');
    charger.equipment.firmware.fails = 'InvalidSignature';
    expect(await update(trusted)).toEqual({ status: 'Accepted' });
    await depot.until(() => statuses().at(-1) === 'InvalidSignature');
    charger.equipment.firmware.fails = null;
    await depot.until(() => !charger.equipment.firmware.isBusy);
    expect(await update(trusted)).toEqual({ status: 'Accepted' });
    await depot.until(() => statuses().at(-1) === 'Installed');
    expect(statuses()).toEqual([
      ...['Downloading', 'Downloaded', 'InvalidSignature'],
      ...['Downloading', 'Downloaded', 'SignatureVerified', 'Installing', 'InstallRebooting', 'Installed'],
    ]);
    expect(depot.sent('SignedFirmwareStatusNotification').every(({ requestId }) => requestId === 9)).toBe(true);
  });

  it('raises its security profile when all is there for it, reconnects, and never falls back', async () => {
    await depot.open();
    expect(await set('SecurityProfile', '1')).toBe('Rejected');
    expect(await set('AuthorizationKey', 'short')).toBe('Rejected');
    expect(await set('AuthorizationKey', 'a-long-enough-key')).toBe('Accepted');
    expect(await depot.command('GetConfiguration', { key: ['AuthorizationKey'] })).toEqual({
      configurationKey: [{ key: 'AuthorizationKey', readonly: false }],
      unknownKey: [],
    });
    expect(await set('SecurityProfile', '2')).toBe('Rejected'); // no root
    const connections = depot.csms.connections;
    expect(await set('SecurityProfile', '1')).toBe('Accepted');
    await depot.until(() => depot.csms.connections === connections + 1 && depot.csms.peers.has('CP-1'));
    await depot.until(() => depot.charger.charger.isOnline);
    expect(await set('SecurityProfile', '0')).toBe('Rejected');
    expect(await set('SecurityProfile', '1')).toBe('Rejected');
  });

  it('takes a hexadecimal key for bytes', async () => {
    await depot.open();
    expect(passwordOf('00ff'.repeat(8))).toEqual(Buffer.from('00ff'.repeat(8), 'hex'));
    expect(passwordOf('00ff')).toBe('00ff');
  });
});
