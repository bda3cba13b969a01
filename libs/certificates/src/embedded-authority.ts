import { createPrivateKey, randomBytes, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import path from 'node:path';
import { webcrypto, x509 } from './x509';

/** Where the authority's files are, within its folder. */
export const ROOT_FILE = 'ca.pem';
const KEY_FILE = 'ca-key.pem';

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 24 * 60 * 60 * 1000;
const ROOT_VALID_DAYS = 20 * 365;
/** Chargers' clocks are not always right. */
const BACKDATED_MS = 60 * 60 * 1000;

export interface EmbeddedAuthorityOptions {
  /** Made when it is not there; nobody else must be able to read it. */
  folder: string;
  /** How long what is issued is valid, days. */
  validDays: number;
  /** Ours, ms. */
  clock: () => number;
}

/** A server's certificate with its private key, both PEM. */
export interface IssuedServer {
  readonly certificatePem: string;
  readonly keyPem: string;
}

export interface EmbeddedAuthority {
  /** Of the root, for whoever is to trust what it issues. */
  readonly rootPem: string;
  /**
   * The request is checked already: nothing but its subject and its key is taken over.
   * @param uri whose it is, as an alternative name: common names are the same in every tenant
   */
  issueForCharger(csr: x509.Pkcs10CertificateRequest, uri: string): Promise<string>;
  /** @param names host names and IP addresses; the first one is the common name (whitepaper A00.FR.510) */
  issueForServer(names: readonly [string, ...string[]]): Promise<IssuedServer>;
}

/** A certificate authority in a folder: an ECDSA key on P-256 and its root certificate, made on first use. */
export async function openEmbeddedAuthority(options: EmbeddedAuthorityOptions): Promise<EmbeddedAuthority> {
  const { folder, clock } = options;
  const { keyPem, rootPem } = (await existing(folder)) ?? (await create(folder, clock()));
  const root = new x509.X509Certificate(rootPem);
  const pkcs8 = createPrivateKey(keyPem).export({ format: 'der', type: 'pkcs8' });
  const signingKey = await webcrypto.subtle.importKey('pkcs8', pkcs8, ECDSA, false, ['sign']);

  const issue = async (
    subject: x509.Name,
    publicKey: x509.PublicKey | webcrypto.CryptoKey,
    usage: string,
    names: x509.JsonGeneralNames,
  ) => {
    const now = clock();
    const notAfter = Math.min(now + options.validDays * DAY_MS, root.notAfter.getTime());
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      subject: subject.toJSON(),
      issuer: root.subjectName.toJSON(),
      notBefore: new Date(now - BACKDATED_MS),
      notAfter: new Date(notAfter),
      signingAlgorithm: ECDSA,
      publicKey,
      signingKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        // Whitepaper A00.FR.512. Encipherment is for the cipher suites that begin with TLS_RSA.
        new x509.KeyUsagesExtension(
          x509.KeyUsageFlags.digitalSignature |
            ('algorithm' in publicKey && publicKey.algorithm.name.startsWith('RSA')
              ? x509.KeyUsageFlags.keyEncipherment
              : 0),
          true,
        ),
        new x509.ExtendedKeyUsageExtension([usage]),
        ...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)]),
        await x509.SubjectKeyIdentifierExtension.create(publicKey),
        await x509.AuthorityKeyIdentifierExtension.create(root.publicKey),
      ],
    });
    return `${certificate.toString('pem')}\n`;
  };

  return {
    rootPem,
    issueForCharger: (csr, uri) =>
      issue(csr.subjectName, csr.publicKey, x509.ExtendedKeyUsage.clientAuth, [{ type: 'url', value: uri }]),
    async issueForServer(names) {
      const keys = await generateKeys();
      const subject = new x509.Name([{ CN: [names[0]] }, { O: ['ChargeStream'] }]);
      const altNames = names.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value }));
      const certificatePem = await issue(subject, keys.publicKey, x509.ExtendedKeyUsage.serverAuth, altNames);
      return { certificatePem, keyPem: await pemOfKey(keys.privateKey) };
    },
  };
}

async function existing(folder: string): Promise<{ keyPem: string; rootPem: string } | null> {
  try {
    const [keyPem, rootPem] = await Promise.all([
      readFile(path.join(folder, KEY_FILE), 'utf8'),
      readFile(path.join(folder, ROOT_FILE), 'utf8'),
    ]);
    return { keyPem, rootPem };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Made beside and put in place at once: of several processes that begin together, one makes it and all use that one. */
async function create(folder: string, nowMs: number): Promise<{ keyPem: string; rootPem: string }> {
  const keys = await generateKeys();
  const keyPem = await pemOfKey(keys.privateKey);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: ['ChargeStream embedded CA'] }, { O: ['ChargeStream'] }],
    notBefore: new Date(nowMs - BACKDATED_MS),
    notAfter: new Date(nowMs + ROOT_VALID_DAYS * DAY_MS),
    signingAlgorithm: ECDSA,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const rootPem = `${certificate.toString('pem')}\n`;
  const beside = `${folder}.${randomUUID()}`;
  await mkdir(beside, { recursive: true, mode: 0o700 });
  await writeFile(path.join(beside, KEY_FILE), keyPem, { mode: 0o600, flush: true });
  await writeFile(path.join(beside, ROOT_FILE), rootPem, { mode: 0o644, flush: true });
  try {
    await rename(beside, folder);
    return { keyPem, rootPem };
  } catch (error) {
    await rm(beside, { recursive: true, force: true });
    const made = await existing(folder);
    if (made !== null) return made;
    throw new Error(
      `The certificate authority cannot be kept in ${folder}: it must be absent or empty, or hold ${KEY_FILE} and ${ROOT_FILE}.`,
      { cause: error },
    );
  }
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ECDSA, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;
}

async function pemOfKey(key: webcrypto.CryptoKey): Promise<string> {
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }).export({
    format: 'pem',
    type: 'pkcs8',
  }) as string;
}

/** RFC 5280 §4.1.2.2: positive, at most 20 bytes; nobody can guess it. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] as number) & 0x7f) | 0x40;
  return bytes.toString('hex');
}
