import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';
import { keytoolCommand } from './java';

const run = promisify(execFile);

/** What a client needs to come in by the listener with TLS and SASL. */
export interface SecureAccess {
  brokers: string[];
  /** The certificate to trust, PEM. */
  ca: string;
  /** For SCRAM-SHA-512. */
  username: string;
  password: string;
  /** For OAUTHBEARER: a token without signature, valid for `lifetimeS` seconds (default 300). */
  token: (lifetimeS?: number) => string;
}

export interface ServerCertificate {
  keystore: { file: string; password: string };
  ca: string;
}

/** A self-signed certificate for 127.0.0.1 and localhost in a keystore in `folder`. */
export async function createCertificate(folder: string): Promise<ServerCertificate> {
  const keystore = { file: path.join(folder, 'server.p12'), password: randomBytes(12).toString('hex') };
  const store = [
    '-keystore',
    keystore.file,
    '-storepass',
    keystore.password,
    '-storetype',
    'PKCS12',
    '-alias',
    'kafka',
  ];
  const who = ['-dname', 'CN=localhost', '-ext', 'SAN=IP:127.0.0.1,DNS:localhost', '-ext', 'BC=ca:true'];
  await run(keytoolCommand(), [
    '-genkeypair',
    '-keyalg',
    'EC',
    '-groupname',
    'secp256r1',
    '-validity',
    '2',
    ...who,
    ...store,
  ]);
  const { stdout } = await run(keytoolCommand(), ['-exportcert', '-rfc', ...store]);
  return { keystore, ca: stdout };
}

/** A JSON Web Signature with algorithm `none`, which only the validator for tests takes. */
export function unsignedToken(subject: string, lifetimeS = 300): string {
  const nowS = Math.floor(Date.now() / 1000);
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part({ sub: subject, iat: nowS, exp: nowS + lifetimeS })}.`;
}
