import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { chargerKey } from '@chargestream/contracts';
import type { Clock, Logger, Settings } from '@chargestream/service-kit';
import type { ConnectMetrics } from '../connect-metrics';
import type { Connections, OpenedConnection } from '../connection/connections';
import type { Authenticator } from './authenticator';
import type { SecurityAlerts } from './security-alerts';
import { transportOf } from './transport';
import { identityProblem, parseChargerPath } from './charger-path';
import { refuse, type Refusal } from './refusal';
import { QuietLog } from './quiet-log';
import { negotiate, SPOKEN_SUBPROTOCOLS } from './subprotocol';

export interface UpgradeGateOptions {
  authenticator: Authenticator;
  alerts: SecurityAlerts;
  clock: Clock;
  connections: Connections;
  settings: Settings;
  logger: Logger;
  metrics: ConnectMetrics;
  /** False while the bus takes nothing, while starting and while shutting down. */
  isOpen: () => boolean;
}

/** How a charger without a place is told to come back. */
const RETRY_AFTER_S = 10;

type Verdict = { ok: true; opened: OpenedConnection } | { ok: false; refusal: Refusal; hint?: string; who?: string };

const WEBSOCKET_KEY = /^[+/0-9A-Za-z]{22}==$/;

/** Decides over each upgrade request: path, subprotocol, credentials; then puts the connection on record. */
export class UpgradeGate {
  private readonly refusals: QuietLog;

  constructor(private readonly options: UpgradeGateOptions) {
    this.refusals = new QuietLog(options.logger);
  }

  /**
   * Calls `upgrade` when the charger may come in and its connection is on record: no frame is read before that.
   * Answers with an HTTP status and a sentence otherwise. Never throws.
   */
  async admit(request: IncomingMessage, socket: Duplex, upgrade: (opened: OpenedConnection) => void): Promise<void> {
    const onError = () => socket.destroy();
    socket.on('error', onError);
    const { ocppUpgradeTimeoutMs } = this.options.settings;
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.refuse(socket, { ok: false, refusal: { status: 408, sentence: 'The upgrade took too long; try again.' } });
    }, ocppUpgradeTimeoutMs).unref();
    const verdict = await this.decide(request, () => late || socket.destroyed).catch((error: unknown) => {
      this.refusals.warn({ err: String(error) }, 'an upgrade could not be decided');
      return UNAVAILABLE;
    });
    clearTimeout(timer);
    if (!verdict.ok) return this.refuse(socket, verdict);
    if (late || socket.destroyed) return this.options.connections.abandon(verdict.opened);
    socket.removeListener('error', onError);
    upgrade(verdict.opened);
  }

  private async decide(request: IncomingMessage, isGone: () => boolean): Promise<Verdict> {
    if (!this.options.isOpen()) return UNAVAILABLE;
    const malformed = malformedUpgrade(request);
    if (malformed) return { ok: false, refusal: malformed };
    const path = parseChargerPath(request.url ?? '');
    if (!path.ok) return { ok: false, refusal: path };
    const negotiated = negotiate(request.headers['sec-websocket-protocol']);
    if (!negotiated) return refusedWith(400, `Offer a subprotocol that this server speaks: ${SPOKEN_SUBPROTOCOLS}.`);
    const { tenantId, chargerId } = path;
    const { version } = negotiated;
    const problem = identityProblem(chargerId, version);
    if (problem) return refusedWith(400, problem);
    const { authorization } = request.headers;
    const who = chargerKey(tenantId, chargerId);
    const authentication = await this.options.authenticator.authenticate({
      tenantId,
      chargerId,
      version,
      authorization,
      transport: transportOf(request.socket, this.options.clock()),
    });
    const remoteAddress = request.socket.remoteAddress ?? null;
    if (!authentication.ok) {
      const { refusal, hint, alert } = authentication;
      if (alert !== undefined) this.options.alerts.raise({ tenantId, chargerId, version }, alert, remoteAddress);
      return { ok: false, refusal, hint, who };
    }
    if (isGone()) return refusedWith(408, 'The charger went away during the upgrade.');
    // It may have closed while the password was checked.
    if (!this.options.isOpen()) return UNAVAILABLE;
    const { ok: _ok, ...how } = authentication;
    const admitted = { tenantId, chargerId, version, remoteAddress, ...how };
    return { ok: true, opened: await this.options.connections.open(admitted) };
  }

  private refuse(socket: Duplex, { refusal, hint, who }: Extract<Verdict, { ok: false }>): void {
    this.options.metrics.refused(refusal.status);
    if (hint !== undefined) this.refusals.warn({ charger: who, status: refusal.status }, `charger refused: ${hint}`);
    refuse(socket, refusal);
  }
}

const UNAVAILABLE: Verdict = {
  ok: false,
  refusal: {
    status: 503,
    sentence: 'The server cannot store messages at the moment; try again later.',
    retryAfterS: RETRY_AFTER_S,
  },
};

function refusedWith(status: Refusal['status'], sentence: string): Verdict {
  return { ok: false, refusal: { status, sentence } };
}

/** RFC 6455 §4.2.1. Checked before anything is put on record. */
function malformedUpgrade({ method, headers }: IncomingMessage): Refusal | null {
  if (method !== 'GET' || headers.upgrade?.toLowerCase() !== 'websocket') return UPGRADE_REQUIRED;
  if (headers['sec-websocket-version'] !== '13') return { status: 400, sentence: 'Use WebSocket version 13.' };
  if (WEBSOCKET_KEY.test(headers['sec-websocket-key'] ?? '')) return null;
  return { status: 400, sentence: 'The Sec-WebSocket-Key header is missing or malformed.' };
}

export const UPGRADE_REQUIRED: Refusal = {
  status: 426,
  sentence: `This port speaks OCPP over WebSocket: connect a charger to ws://<host>:<port>/ocpp/<chargerId> with one of ${SPOKEN_SUBPROTOCOLS}.`,
};
