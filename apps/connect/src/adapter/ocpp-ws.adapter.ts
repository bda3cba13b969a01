import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { INestApplicationContext } from '@nestjs/common';
import { AbstractWsAdapter } from '@nestjs/websockets';
import { WebSocketServer } from 'ws';
import type { Settings } from '@chargestream/service-kit';
import type { OpenedConnection } from '../connection/connections';
import { ConnectRuntime, type ListeningPorts } from '../connect-runtime';
import { QuietLog } from './quiet-log';
import { hasTls, TlsFiles } from './tls-files';
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
  /** Null where TLS is not set up. */
  private readonly https: TlsServer | null;
  private tlsFiles: TlsFiles | null = null;

  /** @param app must import ConnectModule. */
  constructor(app: INestApplicationContext) {
    super(app);
    this.runtime = app.get(ConnectRuntime, { strict: false });
    const { settings } = this.runtime;
    const { ocppUpgradeTimeoutMs } = settings;
    const timeouts = {
      headersTimeout: ocppUpgradeTimeoutMs,
      requestTimeout: ocppUpgradeTimeoutMs,
      connectionsCheckingInterval: Math.min(CHECK_EVERY_MS, Math.ceil(ocppUpgradeTimeoutMs / 2)),
    };
    this.http = createServer(timeouts);
    this.https = hasTls(settings) ? this.createTls(timeouts) : null;
    for (const server of this.servers()) server.on('request', answerPlainRequest);
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
    const onUpgrade = (request: UpgradeRequest, socket: Duplex, head: Buffer) =>
      void gate.admit(request, socket, (opened) => {
        request.subprotocol = `ocpp${opened.version}`;
        this.upgrade(server, request, socket, head, opened);
      });
    for (const listening of this.servers()) listening.on('upgrade', onUpgrade);
    this.runtime.listener = this;
    return server;
  }

  /** @returns the ports, for when any free ones were asked for. @throws Error that says what to do, when one is taken. */
  async listen({ ocppHost, ocppPort, ocppTlsPort }: ListensOn): Promise<ListeningPorts> {
    const port = await this.listenWith(this.http, { variable: 'OCPP_PORT', host: ocppHost, port: ocppPort });
    if (this.https === null) return { port, tlsPort: null };
    const tls = { variable: 'OCPP_TLS_PORT', host: ocppHost, port: ocppTlsPort };
    return { port, tlsPort: await this.listenWith(this.https, tls) };
  }

  /** Takes no more connections; those that are open stay. */
  stopListening(): void {
    this.tlsFiles?.close();
    for (const server of this.servers()) if (server.listening) server.close();
  }

  /** Nothing goes through Nest's message handlers: the connection dispatches by itself. */
  bindMessageHandlers(): void {}

  /** Connections tell their owner themselves; a second listener for each would only cost memory. */
  override bindClientDisconnect(): void {}

  override async close(server: WebSocketServer): Promise<void> {
    this.stopListening();
    for (const listening of this.servers()) listening.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  private servers(): (Server | TlsServer)[] {
    return this.https === null ? [this.http] : [this.http, this.https];
  }

  private createTls(timeouts: ServerOptions): TlsServer {
    const { settings, logger } = this.runtime;
    const files = new TlsFiles(settings, logger, (options) => this.https?.setSecureContext(options));
    this.tlsFiles = files;
    const server = createTlsServer({
      ...timeouts,
      ...files.current,
      handshakeTimeout: settings.ocppUpgradeTimeoutMs,
      requestCert: settings.ocppTlsClientCaFile !== '',
      // The gate refuses what is not to be trusted, in a sentence; and chargers without a certificate are let in with a password.
      rejectUnauthorized: false,
    });
    const failures = new QuietLog(logger);
    // Whitepaper A00.FR.314, A00.FR.323: too old a TLS, say; OpenSSL has ended the connection.
    server.on('tlsClientError', (error: NodeJS.ErrnoException, { remoteAddress }) =>
      failures.warn({ code: error.code ?? error.message, remoteAddress }, 'a TLS handshake failed'),
    );
    return server;
  }

  private async listenWith(
    server: Server | TlsServer,
    on: { variable: string; host: string; port: number },
  ): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => reject(explained(error, on)));
      server.listen(on.port, on.host, () => {
        server.removeAllListeners('error');
        // Out of file descriptors, for instance: those who are connected stay.
        server.on('error', (error: Error) =>
          this.runtime.logger.error({ err: error }, 'a connection could not be accepted'),
        );
        resolve();
      });
    });
    return (server.address() as AddressInfo).port;
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

function answerPlainRequest(_request: IncomingMessage, response: ServerResponse): void {
  const { status, sentence } = UPGRADE_REQUIRED;
  response.writeHead(status, {
    connection: 'close',
    upgrade: 'websocket',
    'content-type': 'text/plain; charset=utf-8',
  });
  response.end(`${sentence}\n`);
}

function explained(
  error: NodeJS.ErrnoException,
  { variable, host, port }: { variable: string; host: string; port: number },
): Error {
  const advice = error.code === 'EADDRINUSE' ? `the port is taken: set ${variable} to a free one` : error.message;
  return new Error(`cannot listen for chargers on ${host}:${port}: ${advice}`, { cause: error });
}

type ListensOn = Pick<Settings, 'ocppHost' | 'ocppPort' | 'ocppTlsPort'>;

type UpgradeRequest = IncomingMessage & { subprotocol?: string };

/** Without context takeover: a context costs hundreds of kilobytes for each connection. */
const COMPRESSION = {
  threshold: 1024,
  concurrencyLimit: 4,
  clientNoContextTakeover: true,
  serverNoContextTakeover: true,
} as const;
