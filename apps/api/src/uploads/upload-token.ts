import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a charger may do with a token: upload one file, as the answer to one command, for a while. */
export interface UploadGrant {
  tenantId: string;
  chargerId: string;
  commandId: string;
  /** Milliseconds since the epoch. */
  expiresMs: number;
}

/** By this it is known, and hidden, wherever it is shown: libs/redaction. */
const PREFIX = 'upl_';
const MAX_LENGTH = 2_000;

/** @param secret at least 32 bytes */
export function signUploadToken(secret: Buffer, grant: UploadGrant): string {
  const { tenantId, chargerId, commandId, expiresMs } = grant;
  const claims = Buffer.from(JSON.stringify([tenantId, chargerId, commandId, expiresMs])).toString('base64url');
  return `${PREFIX}${claims}.${signatureOf(secret, claims).toString('base64url')}`;
}

/** Null when it is none of ours. Whether it has expired is for the caller to say. */
export function readUploadToken(secret: Buffer, token: string): UploadGrant | null {
  if (!token.startsWith(PREFIX) || token.length > MAX_LENGTH) return null;
  const [claims = '', signature = '', ...more] = token.slice(PREFIX.length).split('.');
  const given = Buffer.from(signature, 'base64url');
  const expected = signatureOf(secret, claims);
  if (more.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  // We signed it, so it is what we wrote.
  const [tenantId, chargerId, commandId, expiresMs] = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as [
    string,
    string,
    string,
    number,
  ];
  return { tenantId, chargerId, commandId, expiresMs };
}

function signatureOf(secret: Buffer, claims: string): Buffer {
  return createHmac('sha256', secret).update(`upload.${claims}`).digest();
}
