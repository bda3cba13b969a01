import { isLoopback, type Settings } from '@chargestream/service-kit';
import type { FastifyRequest } from 'fastify';

export interface Refusal {
  status: number;
  code: 'FORBIDDEN' | 'BAD_INPUT';
  message: string;
}

/**
 * Keeps other web pages from using a browser that can reach us: a page may not send JSON across origins without being
 * asked for (CORS stays off), WebSockets tell their origin, and a name that was rebound to this machine is not ours.
 */
export function refusalOf(
  request: Pick<FastifyRequest, 'method' | 'headers'>,
  settings: Pick<Settings, 'auth' | 'apiHost'>,
): Refusal | null {
  const stranger = strangerOf(request, settings);
  if (stranger !== null) return stranger;
  if (request.method === 'GET' && !isUpgrade(request)) {
    return { status: 405, code: 'BAD_INPUT', message: 'Send operations with POST, content-type application/json.' };
  }
  if (request.method === 'POST' && !/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    return { status: 415, code: 'BAD_INPUT', message: 'Send operations with content-type application/json.' };
  }
  return null;
}

/** Whether it comes from another web page, or by a name that is not ours. */
export function strangerOf(
  { headers }: Pick<FastifyRequest, 'headers'>,
  settings: Pick<Settings, 'auth' | 'apiHost'>,
): Refusal | null {
  const { host = '', origin } = headers;
  // With credentials asked for, a rebound name gains nothing; proxies may then use any name.
  if (settings.auth === 'none' && isLoopback(settings.apiHost) && !isLoopback(hostName(host))) {
    return { status: 403, code: 'FORBIDDEN', message: `Host ${host} is not this machine: use http://127.0.0.1.` };
  }
  if (origin !== undefined && !isSameOrigin(origin, host)) {
    return { status: 403, code: 'FORBIDDEN', message: `Pages from ${origin} may not use this API.` };
  }
  return null;
}

/** What @fastify/websocket took for an upgrade. Anybody can send the header with an ordinary request. */
export function isUpgrade(request: object): boolean {
  return 'ws' in request && request.ws === true;
}

function hostName(host: string): string {
  return host.replace(/:\d+$/, '');
}

function isSameOrigin(origin: string, host: string): boolean {
  try {
    return new URL(origin).host === host;
  } catch {
    return false; // `null`: a sandboxed page or a file
  }
}
