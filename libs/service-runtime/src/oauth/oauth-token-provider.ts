import { systemClock, type Clock } from '@chargestream/service-kit';

export interface OauthTokenOptions {
  /** Token endpoint of the authorization server. */
  url: string;
  clientId: string;
  clientSecret: string;
  /** Empty: none is asked for. */
  scope?: string;
  clock?: Clock;
  fetch?: typeof fetch;
  timeoutMs?: number;
  /** Told when a new token could not be had while the old one still serves. */
  onError?: (error: unknown) => void;
}

/** A token is replaced when this much of its life is over, so that one slow answer costs no connection. */
const REFRESH_AFTER = 0.75;
/** RFC 6749 §5.1: `expires_in` is only recommended. Without it a token is taken to serve so long. */
const DEFAULT_LIFE_S = 300;
const MAX_LIFE_S = 86_400;
const MAX_ANSWER_CHARACTERS = 64 * 1024;

interface Held {
  value: string;
  refreshAtMs: number;
  expiresAtMs: number;
}

/**
 * Tokens by the client credentials grant (RFC 6749 §4.4): kept, and fetched anew before they expire. Callers at the same time
 * share one request.
 * @returns a function that rejects with a sentence when no token is to be had; it never holds the secret.
 */
export function oauthTokenProvider(options: OauthTokenOptions): () => Promise<{ value: string }> {
  const clock = options.clock ?? systemClock;
  let held: Held | null = null;
  let asking: Promise<Held> | null = null;
  const ask = () => {
    asking ??= requestToken(options, clock)
      .then((token) => (held = token))
      .finally(() => (asking = null));
    return asking;
  };
  return async () => {
    if (held !== null && clock() < held.refreshAtMs) return { value: held.value };
    try {
      return { value: (await ask()).value };
    } catch (error) {
      if (held === null || clock() >= held.expiresAtMs) throw error;
      options.onError?.(error);
      return { value: held.value };
    }
  };
}

async function requestToken(options: OauthTokenOptions, clock: Clock): Promise<Held> {
  const { url, clientId, clientSecret, scope = '', timeoutMs = 10_000, fetch: send = fetch } = options;
  const askedAtMs = clock();
  // RFC 6749 §2.3.1: both are form-encoded before they become Basic credentials.
  const basic = Buffer.from(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`).toString('base64');
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...(scope !== '' && { scope }) });
  let response: Response;
  let text: string;
  try {
    response = await send(url, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}`, accept: 'application/json' },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    text = await response.text();
  } catch (error) {
    throw new Error(
      `No token for Kafka: ${url} does not answer (${reasonOf(error)}). Is KAFKA_OAUTH_TOKEN_URL right?`,
      {
        cause: error,
      },
    );
  }
  if (!response.ok) {
    throw new Error(
      `No token for Kafka: ${url} answered ${response.status}${errorCode(text)}. Check KAFKA_OAUTH_CLIENT_ID, KAFKA_OAUTH_CLIENT_SECRET and KAFKA_OAUTH_SCOPE.`,
    );
  }
  const { value, lifeS } = tokenIn(text, url);
  return { value, refreshAtMs: askedAtMs + lifeS * 1000 * REFRESH_AFTER, expiresAtMs: askedAtMs + lifeS * 1000 };
}

function tokenIn(text: string, url: string): { value: string; lifeS: number } {
  const answer = parsed(text);
  const value = answer['access_token'];
  if (typeof value !== 'string' || value === '') {
    throw new Error(`No token for Kafka: the answer of ${url} has no access_token. Is it a token endpoint?`);
  }
  const given = Number(answer['expires_in']);
  const lifeS = Number.isFinite(given) && given > 0 ? Math.min(given, MAX_LIFE_S) : DEFAULT_LIFE_S;
  return { value, lifeS };
}

function parsed(text: string): Record<string, unknown> {
  if (text.length > MAX_ANSWER_CHARACTERS) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** RFC 6749 §5.2: `invalid_client` and the like. Only codes are shown, not whatever a server says. */
function errorCode(text: string): string {
  const code = parsed(text)['error'];
  return typeof code === 'string' && /^[a-z_]{1,64}$/.test(code) ? ` ${code}` : '';
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException };
  return cause?.code ?? cause?.message ?? message;
}

function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}
