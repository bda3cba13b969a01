import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { INestApplicationContext } from '@nestjs/common';
import { AbstractWsAdapter } from '@nestjs/websockets';
import { WebSocketServer } from 'ws';
import type { Settings } from '@chargestream/service-kit';
import type { OpenedConnection } from '../connection/connections';
import { ConnectRuntime } from '../connect-runtime';
import { UPGRADE_REQUIRED } from './upgrade-gate';

/** Node looks for late requests this often; a timeout is at most this much later than it should be. */
const CHECK_EVERY_MS = 1_000;

/**
 * Nest's WebSocket adapter for OCPP. The stock one matches paths exactly, kills unmatched sockets without an HTTP status and routes
 * each message through RxJS; here every upgrade is decided by the gate and frames go straight to the connection's peer.
 */
// Nest asks for an `on` that takes any event; the typed overloads of ws are narrower, so its type parameters stay at their defaults.
export class OcppWsAdapter extends AbstractWsAdapter {
  private readonly runtime: ConnectRuntime;
  private readonly http: Server;

  /** @param app must import ConnectModule. */
  constructor(app: INestApplicationContext) {
    super(app);
    this.runtime = app.get(ConnectRuntime, { strict: false });
    const { ocppUpgradeTimeoutMs } = this.runtime.settings;
    this.http = createServer({
      headersTimeout: ocppUpgradeTimeoutMs,
      requestTimeout: ocppUpgradeTimeoutMs,
      connectionsCheckingInterval: Math.min(CHECK_EVERY_MS, Math.ceil(ocppUpgradeTimeoutMs / 2)),
    });
    this.http.on('request', (_request, response) => {
      const { status, sentence } = UPGRADE_REQUIRED;
      response.writeHead(status, {
        connection: 'close',
        upgrade: 'websocket',
        'content-type': 'text/plain; charset=utf-8',
      });
      response.end(`${sentence}\n`);
    });
  }

  /** Called by Nest for the gateway. Listening begins with `listen`, when everything else is ready. */
  create(): WebSocketServer {
    const { settings, gate } = this.runtime;
    const server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: settings.ocppMaxFrameBytes,
      perMessageDeflate: settings.ocppCompression ? COMPRESSION : false,
      // The gate has negotiated already, by the same rule.
      handleProtocols: (_offered, request) => (request as UpgradeRequest).subprotocol ?? false,
    });
    this.http.on('upgrade', (request: UpgradeRequest, socket: Duplex, head: Buffer) => {
      void gate.admit(request, socket, (opened) => {
        request.subprotocol = `ocpp${opened.version}`;
        this.upgrade(server, request, socket, head, opened);
      });
    });
    this.runtime.listener = this;
    return server;
  }

  /** @returns the port, for when any free one was asked for. @throws Error that says what to do, when it is taken. */
  async listen(settings: Pick<Settings, 'ocppHost' | 'ocppPort'>): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.http.once('error', (error: NodeJS.ErrnoException) => reject(explained(error, settings)));
      this.http.listen(settings.ocppPort, settings.ocppHost, () => {
        this.http.removeAllListeners('error');
        // Out of file descriptors, for instance: those who are connected stay.
        this.http.on('error', (error) =>
          this.runtime.logger.error({ err: error }, 'a connection could not be accepted'),
        );
        resolve();
      });
    });
    return (this.http.address() as AddressInfo).port;
  }

  /** Takes no more connections; those that are open stay. */
  stopListening(): void {
    if (this.http.listening) this.http.close();
  }

  /** Nothing goes through Nest's message handlers: the connection dispatches by itself. */
  bindMessageHandlers(): void {}

  /** Connections tell their owner themselves; a second listener for each would only cost memory. */
  override bindClientDisconnect(): void {}

  override async close(server: WebSocketServer): Promise<void> {
    this.stopListening();
    this.http.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  private upgrade(
    server: WebSocketServer,
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    opened: OpenedConnection,
  ): void {
    let upgraded = false;
    server.handleUpgrade(request, socket, head, (client) => {
      upgraded = true;
      server.emit('connection', client, request, opened);
    });
    if (!upgraded) this.runtime.connections.abandon(opened);
  }
}

function explained(
  error: NodeJS.ErrnoException,
  { ocppHost, ocppPort }: Pick<Settings, 'ocppHost' | 'ocppPort'>,
): Error {
  const advice = error.code === 'EADDRINUSE' ? 'the port is taken: set OCPP_PORT to a free one' : error.message;
  return new Error(`cannot listen for chargers on ${ocppHost}:${ocppPort}: ${advice}`, { cause: error });
}

type UpgradeRequest = IncomingMessage & { subprotocol?: string };

/** Without context takeover: a context costs hundreds of kilobytes for each connection. */
const COMPRESSION = {
  threshold: 1024,
  concurrencyLimit: 4,
  clientNoContextTakeover: true,
  serverNoContextTakeover: true,
} as const;
