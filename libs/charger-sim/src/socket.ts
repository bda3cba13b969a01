import type { PeerSocket } from '@chargestream/ocpp';
import { OCPP_SUBPROTOCOLS } from '@chargestream/ocpp';
import { WebSocket } from 'ws';
import type { OcppVersionName } from './journal';

/** Where and as whom a charger connects. */
export interface Endpoint {
  /** Base address, e.g. ws://127.0.0.1:9220/ocpp; the identity is appended. */
  url: string;
  chargerId: string;
  version: OcppVersionName;
  /** Put between base address and identity. */
  tenant?: string;
  /** Basic authentication; a Buffer for 1.6's binary AuthorizationKey. */
  password?: string | Buffer;
  /** The chargerId unless given. */
  username?: string;
  /** For wss:, PEM: who is trusted, and the client's own certificate. */
  tls?: { ca?: string | string[]; cert?: string; key?: string };
  /** Of the opening handshake; 10 s unless given. */
  handshakeTimeoutMs?: number;
}

/** The server answered the upgrade with an HTTP status. */
export class UpgradeRefusedError extends Error {
  constructor(
    readonly status: number,
    endpoint: string,
  ) {
    super(`${endpoint} refused the connection with HTTP ${status}: ${ADVICE[status] ?? 'see the server’s log'}`);
    this.name = 'UpgradeRefusedError';
  }
}

const ADVICE: Record<number, string> = {
  400: 'check the charger’s identity and subprotocol',
  401: 'check the password',
  404: 'register the charger, or let the server register it by itself',
  503: 'the server cannot take messages now; try again later',
};

export function endpointAddress({ url, tenant, chargerId }: Endpoint): string {
  return [url.replace(/\/+$/, ''), ...(tenant === undefined ? [] : [tenant]), chargerId]
    .map((part, index) => (index === 0 ? part : encodeURIComponent(part)))
    .join('/');
}

/**
 * Opens the WebSocket of a charger, paused: call `resume()` once you listen.
 * @throws UpgradeRefusedError when the server answers with a status, Error when it cannot be reached.
 */
export function openSocket(endpoint: Endpoint): Promise<WebSocket> {
  const address = endpointAddress(endpoint);
  const { password, username = endpoint.chargerId, handshakeTimeoutMs = 10_000 } = endpoint;
  const headers: Record<string, string> = {};
  if (password !== undefined) {
    const credentials = Buffer.concat([Buffer.from(`${username}:`), Buffer.from(password as Buffer)]);
    headers.authorization = `Basic ${credentials.toString('base64')}`;
  }
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address, OCPP_SUBPROTOCOLS[endpoint.version], {
      headers,
      ...endpoint.tls,
      handshakeTimeout: handshakeTimeoutMs,
      perMessageDeflate: false,
    });
    socket.once('open', () => {
      // Paused until the owner listens: a CSMS may send its first CALL together with the upgrade.
      socket.pause();
      resolve(socket);
    });
    socket.once('unexpected-response', (request, response) => {
      response.resume();
      request.destroy();
      reject(new UpgradeRefusedError(response.statusCode ?? 0, address));
    });
    // Stays: an error after opening is always followed by 'close', which is what everybody listens to.
    socket.on('error', reject);
  });
}

/** The socket as the codec's peer wants it. */
export function peerSocket(socket: WebSocket): PeerSocket {
  return {
    send: (text, done) => socket.send(text, (error) => done?.(error ?? undefined)),
    close: (code, reason) => socket.close(code, reason),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
  };
}
