import { createHash, createPublicKey, timingSafeEqual, type KeyObject } from 'node:crypto';
import { DEFAULT_TENANT } from '@chargestream/contracts';
import { isLoopback, type Settings } from '@chargestream/service-kit';
import { jwtVerify } from 'jose';
import { ApiError } from '../errors/api-error';
import type { Caller } from './caller';

/** Where credentials may stand: HTTP headers, or the payload of graphql-ws's connection_init. */
export type CredentialSource = Record<string, unknown>;

/** Tells who is asking. @throws ApiError UNAUTHENTICATED */
export type Authenticate = (source: CredentialSource) => Promise<Caller>;

type AuthSettings = Pick<Settings, 'auth' | 'apiHost' | 'apiKeys' | 'jwtSecret' | 'jwtPublicKey'>;

/** @throws Error with a sentence when the settings would leave api open to the network. */
export function createAuthenticator(settings: AuthSettings): Authenticate {
  switch (settings.auth) {
    case 'none':
      if (!isLoopback(settings.apiHost)) {
        throw new Error(
          `API_HOST=${settings.apiHost} can be reached from outside but AUTH is none: ` +
            'set AUTH=apikey or AUTH=jwt, or API_HOST=127.0.0.1.',
        );
      }
      return async () => ({ tenantId: DEFAULT_TENANT, subject: 'anonymous' });
    case 'apikey':
      return byApiKey(settings.apiKeys);
    case 'jwt':
      return byJwt(settings);
  }
}

/** Whether there are any, good or bad. */
export function hasCredentials(source: CredentialSource): boolean {
  return textOf(source, 'x-api-key') !== null || textOf(source, 'authorization') !== null;
}

function unauthenticated(message: string): ApiError {
  return new ApiError('UNAUTHENTICATED', message);
}

/** Keys are compared by hash and in constant time, every one of them whichever matches. */
function byApiKey(apiKeys: string): Authenticate {
  const keys = apiKeys.split(',').map((pair) => {
    const [name = '', hash = ''] = pair.split(':');
    return { name, hash: Buffer.from(hash, 'hex') };
  });
  return async (source) => {
    const key = textOf(source, 'x-api-key') ?? bearerOf(source);
    if (key === null) {
      throw unauthenticated('Send your API key in the header `x-api-key`, or as `authorization: Bearer <key>`.');
    }
    const hash = createHash('sha256').update(key).digest();
    let found: string | null = null;
    for (const known of keys) {
      if (known.hash.length === hash.length && timingSafeEqual(known.hash, hash)) found = known.name;
    }
    if (found === null) throw unauthenticated('This API key is not known here.');
    return { tenantId: DEFAULT_TENANT, subject: found };
  };
}

/** HS256 with the secret, or the public key's own algorithm: never both, so that neither stands in for the other. */
function byJwt(settings: AuthSettings): Authenticate {
  const { key, algorithm } = verificationKey(settings);
  return async (source) => {
    const token = bearerOf(source);
    if (token === null) throw unauthenticated('Send a JWT as `authorization: Bearer <token>`.');
    try {
      const { payload } = await jwtVerify(token, key, { algorithms: [algorithm] });
      if (payload.sub === undefined) throw new Error('it has no `sub`');
      const tenantId = typeof payload.tenant === 'string' && payload.tenant !== '' ? payload.tenant : DEFAULT_TENANT;
      return { tenantId, subject: payload.sub };
    } catch (error) {
      throw unauthenticated(`The JWT is not accepted: ${error instanceof Error ? error.message : 'unreadable'}.`);
    }
  };
}

function verificationKey({ jwtPublicKey, jwtSecret }: AuthSettings) {
  if (jwtPublicKey === '') return { key: new TextEncoder().encode(jwtSecret), algorithm: 'HS256' };
  let key: KeyObject;
  try {
    // An environment variable often holds the line breaks of a PEM as `\n`.
    key = createPublicKey(jwtPublicKey.replaceAll('\\n', '\n'));
  } catch {
    throw new Error('JWT_PUBLIC_KEY is no public key: give it as PEM, from -----BEGIN PUBLIC KEY----- on.');
  }
  return { key, algorithm: key.asymmetricKeyType === 'ec' ? 'ES256' : 'RS256' };
}

function bearerOf(source: CredentialSource): string | null {
  return /^Bearer +(\S+) *$/i.exec(textOf(source, 'authorization') ?? '')?.[1] ?? null;
}

/** Header names are case-insensitive, and so we take those in connection_init. */
function textOf(source: CredentialSource, name: string): string | null {
  const entry = Object.entries(source).find(([key]) => key.toLowerCase() === name);
  return typeof entry?.[1] === 'string' && entry[1] !== '' ? entry[1] : null;
}
