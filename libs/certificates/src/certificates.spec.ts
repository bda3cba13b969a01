import { execFileSync, spawnSync } from 'node:child_process';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { X509Certificate } from 'node:crypto';
import {
  createSigner,
  describeCertificate,
  isCertificateOf,
  namesInCertificate,
  openEmbeddedAuthority,
  organizationsIn,
  ROOT_FILE,
  SigningRefused,
} from './index';
import { newSigningRequest } from './testing';
import { x509 } from './x509';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const openssl = spawnSync('openssl', ['version']).status === 0;
const withOpenssl = openssl ? it : it.skip;

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'certificates-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const csrFor = async (name: string, algorithm?: object): Promise<string> =>
  (await newSigningRequest(new x509.Name(name).toJSON(), algorithm)).csrPem;

const requestOf = (csrPem: string, chargerId = 'CP-1') => ({
  tenantId: 'default',
  chargerId,
  csrPem,
  certificateType: null,
  operationId: 'op-1',
});

function embedded(clock = () => NOW, organizations: readonly string[] = []) {
  const rest = { url: '', bearerToken: '', timeoutMs: 1_000 };
  return createSigner({
    certificateSigner: 'embedded',
    folder: path.join(folder, 'ca'),
    validDays: 90,
    clock,
    organizations,
    ...rest,
  });
}

describe('the embedded authority', () => {
  it('makes its key once, for itself alone, and goes on with it', async () => {
    const options = { folder: path.join(folder, 'ca'), validDays: 90, clock: () => NOW };
    const [first, second] = await Promise.all([openEmbeddedAuthority(options), openEmbeddedAuthority(options)]);
    expect(second.rootPem).toBe(first.rootPem);
    expect((await openEmbeddedAuthority(options)).rootPem).toBe(first.rootPem);
    expect(statSync(path.join(folder, 'ca', 'ca-key.pem')).mode & 0o777).toBe(0o600);
    expect(statSync(path.join(folder, 'ca')).mode & 0o777).toBe(0o700);
  });

  it('signs what the charger itself asks for, for the time that is set', async () => {
    const signed = await embedded().sign(requestOf(await csrFor('CN=CP-1, O=Depot')));
    expect(signed.subject).toBe('CN=CP-1, O=Depot');
    expect(signed.notBefore).toBe('2026-03-01T11:00:00.000Z');
    expect(signed.notAfter).toBe('2026-05-30T12:00:00.000Z');
    const own = signed.chainPem;
    const root = readFileSync(path.join(folder, 'ca', ROOT_FILE), 'utf8');
    expect(new X509Certificate(own).verify(new X509Certificate(root).publicKey)).toBe(true);
    expect(new X509Certificate(own).ca).toBe(false);
    expect(new X509Certificate(own).serialNumber).toBe(signed.serialNumber);
  });

  it('takes RSA of 2048 bits', async () => {
    const rsa = {
      name: 'RSASSA-PKCS1-v1_5',
      hash: 'SHA-256',
      publicExponent: new Uint8Array([1, 0, 1]),
      modulusLength: 2048,
    };
    const { subject } = await embedded().sign(requestOf(await csrFor('CN=CP-1', rsa)));
    expect(subject).toBe('CN=CP-1');
  });

  it.each([
    ['another name', () => csrFor('CN=CP-2'), 'the common name "CP-2", but it came from CP-1'],
    ['two names', () => csrFor('CN=CP-1, CN=CP-2'), 'the common name "CP-1", "CP-2"'],
    ['no name', () => csrFor('O=Depot'), 'no common name'],
    ['a weak key', () => csrFor('CN=CP-1', RSA_1024), 'has 1024 bits'],
    ['no request', async () => 'hello', 'not in PEM'],
    [
      'garbage',
      async () => '-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----',
      'cannot be read',
    ],
    ['a request too large', async () => 'x'.repeat(6_000), '5500 characters'],
    ['a changed request', async () => changed(await csrFor('CN=CP-1')), 'signature of the request does not belong'],
  ])('refuses %s and says why', async (_what, csr, sentence) => {
    const refused = embedded().sign(requestOf(await csr()));
    await expect(refused).rejects.toThrow(SigningRefused);
    await expect(refused).rejects.toThrow(sentence);
  });

  it('puts the CPO that the charger names into the certificate, and signs for nobody else', async () => {
    // Whitepaper A02.FR.13, A00.FR.404.
    const signer = embedded(undefined, organizationsIn(' Northwind Charging, Inc. ;Maker;'));
    const sign = async (name: string) => signer.sign(requestOf(await csrFor(name)));
    const { chainPem } = await sign('CN=CP-1, O="Northwind Charging, Inc."');
    const { organizations } = namesInCertificate(Buffer.from(new X509Certificate(chainPem).raw));
    expect(organizations).toEqual(['Northwind Charging, Inc.']);
    expect((await sign('CN=CP-1, O=MAKER')).subject).toBe('CN=CP-1, O=MAKER');
    const must = 'which must be "Northwind Charging, Inc." or "Maker": set the charger\'s CpoName.';
    await expect(sign('CN=CP-1, O=Northwind')).rejects.toThrow(
      new SigningRefused(`The request names the organization (O) "Northwind", ${must}`),
    );
    await expect(sign('CN=CP-1')).rejects.toThrow(`The request names no organization (O), ${must}`);
  });

  withOpenssl('is taken by openssl: the chain, a request of its making and the hashes that OCPP wants', async () => {
    const run = (...args: string[]) =>
      execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
    run(
      'req',
      '-new',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-keyout',
      'k.pem',
      '-out',
      'r.pem',
      '-subj',
      '/O=Depot/CN=CP-1',
    );
    const signed = await embedded(Date.now).sign(requestOf(readFileSync(path.join(folder, 'r.pem'), 'utf8')));
    writeFileSync(path.join(folder, 'c.pem'), signed.chainPem);
    const verified = run('verify', '-x509_strict', '-purpose', 'sslclient', '-CAfile', `ca/${ROOT_FILE}`, 'c.pem');
    expect(verified.toString()).toContain('c.pem: OK');

    run('ocsp', '-sha256', '-issuer', `ca/${ROOT_FILE}`, '-cert', 'c.pem', '-no_nonce', '-reqout', 'o.der');
    const ocsp = run('ocsp', '-reqin', 'o.der', '-req_text').toString();
    const { hashData } = await describeCertificate(
      signed.chainPem,
      readFileSync(path.join(folder, 'ca', ROOT_FILE), 'utf8'),
    );
    expect(ocsp).toContain(`Issuer Name Hash: ${hashData!.issuerNameHash.toUpperCase()}`);
    expect(ocsp).toContain(`Issuer Key Hash: ${hashData!.issuerKeyHash.toUpperCase()}`);
    expect(ocsp).toContain(`Serial Number: ${hashData!.serialNumber.toUpperCase()}`);
  });

  withOpenssl('issues certificates for servers that openssl takes for their names', async () => {
    const authority = await openEmbeddedAuthority({ folder: path.join(folder, 'ca'), validDays: 30, clock: Date.now });
    const { certificatePem, keyPem } = await authority.issueForServer(['csms.example.org', '127.0.0.1']);
    writeFileSync(path.join(folder, 's.pem'), certificatePem);
    expect(keyPem).toContain('BEGIN PRIVATE KEY');
    for (const name of [
      ['-verify_hostname', 'csms.example.org'],
      ['-verify_ip', '127.0.0.1'],
    ]) {
      const args = ['verify', '-x509_strict', '-purpose', 'sslserver', ...name, '-CAfile', `ca/${ROOT_FILE}`, 's.pem'];
      expect(execFileSync('openssl', args, { cwd: folder }).toString()).toContain('s.pem: OK');
    }
  });
});

const RSA_1024 = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 1024,
};

/** Another key's signature under it. */
async function changed(csrPem: string): Promise<string> {
  const der = Buffer.from(new x509.Pkcs10CertificateRequest(csrPem).rawData);
  const at = der.lastIndexOf('CP-1');
  der.write('CP-9', at, 'latin1');
  return new x509.Pkcs10CertificateRequest(der).toString('pem');
}

describe('a certificate', () => {
  it('says whose it is, and is nobody else’s, in no other tenant', async () => {
    const { chainPem } = await embedded().sign(requestOf(await csrFor('CN=CP-1')));
    const names = namesInCertificate(Buffer.from(new X509Certificate(chainPem).raw));
    const alternativeNames = ['urn:chargestream:charger:default:CP-1'];
    expect(names).toEqual({ commonNames: ['CP-1'], organizations: [], alternativeNames });
    expect(isCertificateOf(names, 'default', 'CP-1')).toBe(true);
    expect(isCertificateOf(names, 'default', 'CP-2')).toBe(false);
    expect(isCertificateOf(names, 'acme', 'CP-1')).toBe(false);
    // Of an authority that knows no tenants.
    expect(isCertificateOf({ commonNames: ['CP-1'], alternativeNames: [] }, 'acme', 'CP-1')).toBe(true);
    expect(isCertificateOf({ commonNames: ['x'], alternativeNames: ['CP-1'] }, 'acme', 'CP-1')).toBe(true);
    expect(isCertificateOf({ commonNames: ['*'], alternativeNames: ['*'] }, 'acme', 'CP-1')).toBe(false);
  });

  it('is described without its issuer too, but for the hash of the issuer’s key', async () => {
    const { chainPem } = await embedded().sign(requestOf(await csrFor('CN=CP-1')));
    const described = await describeCertificate(chainPem);
    expect(described).toMatchObject({ subject: 'CN=CP-1', issuer: 'CN=ChargeStream embedded CA, O=ChargeStream' });
    expect(described.hashData).toBeNull();
    const root = readFileSync(path.join(folder, 'ca', ROOT_FILE), 'utf8');
    const withRoot = await describeCertificate(`${chainPem}${root}`);
    expect(withRoot.hashData).not.toBeNull();
    expect((await describeCertificate(chainPem, root)).hashData).toEqual(withRoot.hashData);
    await expect(describeCertificate('nothing')).rejects.toThrow('no certificate');
  });
});

describe('the signer behind a URL', () => {
  let server: Server;
  let asked: { headers: IncomingMessage['headers']; body: string }[];
  let answer: (body: string) => Promise<{ status: number; text: string }>;
  beforeEach(async () => {
    asked = [];
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        asked.push({ headers: request.headers, body });
        void answer(body).then(({ status, text }) => response.writeHead(status).end(text));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const http = (bearerToken = '', timeoutMs = 5_000, organizations: readonly string[] = []) =>
    createSigner({
      certificateSigner: 'http',
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/sign`,
      ...{ bearerToken, timeoutMs, organizations, folder: '', validDays: 1, clock: () => NOW },
    });

  it('posts the request and takes the chain', async () => {
    answer = async (csrPem) => ({ status: 200, text: (await embedded().sign(requestOf(csrPem))).chainPem });
    const csr = await csrFor('CN=CP-1');
    const signed = await http('secret').sign(requestOf(csr));
    expect(signed.subject).toBe('CN=CP-1');
    expect(asked[0]).toMatchObject({
      body: csr,
      headers: { 'content-type': 'application/pkcs10', authorization: 'Bearer secret', 'x-charger-id': 'CP-1' },
    });
  });

  it('tells a refusal from what may pass', async () => {
    await expect(http('', 5_000, ['Depot']).sign(requestOf(await csrFor('CN=CP-1, O=Other')))).rejects.toThrow(
      'which must be "Depot"',
    );
    expect(asked).toEqual([]);
    const csr = await csrFor('CN=CP-1');
    answer = async () => ({ status: 403, text: 'not this one' });
    await expect(http().sign(requestOf(csr))).rejects.toThrow(SigningRefused);
    await expect(http().sign(requestOf(csr))).rejects.toThrow('answered 403: not this one');
    for (const status of [429, 500, 503]) {
      answer = async () => ({ status, text: '' });
      await expect(http().sign(requestOf(csr))).rejects.not.toThrow(SigningRefused);
    }
    answer = () => new Promise(() => undefined);
    await expect(http('', 50).sign(requestOf(csr))).rejects.toThrow(/timeout/i);
  });

  it('takes no certificate for another key, and nothing that is none', async () => {
    const other = await csrFor('CN=CP-1');
    answer = async () => ({ status: 200, text: (await embedded().sign(requestOf(other))).chainPem });
    await expect(http().sign(requestOf(await csrFor('CN=CP-1')))).rejects.toThrow('for another key');
    answer = async () => ({ status: 200, text: 'hello' });
    await expect(http().sign(requestOf(await csrFor('CN=CP-1')))).rejects.toThrow('without a certificate');
    answer = async () => ({ status: 200, text: 'x'.repeat(300_000) });
    await expect(http().sign(requestOf(await csrFor('CN=CP-1')))).rejects.toThrow('more than 262144 bytes');
  });
});

it('signs nothing when it is off', async () => {
  const rest = { url: '', bearerToken: '', timeoutMs: 1, folder: '', validDays: 1, clock: () => NOW };
  await expect(
    createSigner({ certificateSigner: 'off', ...rest }).sign(requestOf(await csrFor('CN=CP-1'))),
  ).rejects.toThrow('CERTIFICATE_SIGNER is off');
});
