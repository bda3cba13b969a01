import { createHash } from 'node:crypto';
import { RpcPeer, versionOfSubprotocol, type CallOutcome, type FrameInfo } from '@chargestream/ocpp';
import { WebSocketServer, type WebSocket } from 'ws';
import type { OcppVersionName } from '../journal';
import type { Payload } from '../message';
import { peerSocket } from '../socket';

export interface HandledCall {
  chargerId: string;
  version: OcppVersionName;
  connection: number;
  messageId: string;
  action: string;
  payload: Payload;
}

/** What the server does with a CALL after it took note of it. */
export type Verdict = 'answer' | 'kill' | 'error';

/**
 * A server for tests: strict about every schema, answers everything, remembers what it handled, and can be killed and
 * started again on the same port. No product code is in it but the codec.
 */
export class TestCsms {
  readonly handled: HandledCall[] = [];
  /** Breaches of the protocol or of a schema, by frame. */
  readonly breaches: string[] = [];
  readonly peers = new Map<string, RpcPeer>();
  readonly refusedTokens = new Set<string>();
  /** Decides over each CALL; 'kill' cuts all connections before the answer leaves. */
  verdict: (call: HandledCall) => Verdict = () => 'answer';
  bootStatus = 'Accepted';
  heartbeatIntervalS = 300;
  connections = 0;
  private server: WebSocketServer | null = null;
  private readonly sockets = new Set<WebSocket>();
  private knownPort = 0;

  get url(): string {
    return `ws://127.0.0.1:${this.knownPort}/ocpp`;
  }

  get isUp(): boolean {
    return this.server !== null;
  }

  async start(): Promise<void> {
    const server = new WebSocketServer({
      host: '127.0.0.1',
      port: this.knownPort,
      handleProtocols: (offered) => [...offered].find((name) => versionOfSubprotocol(name)) ?? false,
    });
    await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject));
    this.server = server;
    this.knownPort = (server.address() as { port: number }).port;
    server.on('connection', (socket, request) => this.accept(socket, request.url ?? ''));
  }

  /** As a crash does: sockets are cut, nothing more is answered. */
  async kill(): Promise<void> {
    const { server } = this;
    this.server = null;
    for (const socket of this.sockets) socket.terminate();
    if (server) await new Promise((resolve) => server.close(resolve));
  }

  call(chargerId: string, action: string, payload: Payload): Promise<Payload> {
    const peer = this.peers.get(chargerId);
    if (!peer) throw new Error(`${chargerId} is not connected`);
    return peer.call(action, payload).then((response) => response.payload as Payload);
  }

  actions(chargerId?: string): string[] {
    return this.handled
      .filter((call) => chargerId === undefined || call.chargerId === chargerId)
      .map(({ action }) => action);
  }

  private accept(socket: WebSocket, url: string): void {
    const chargerId = decodeURIComponent(url.split('/').pop() ?? '');
    const version = versionOfSubprotocol(socket.protocol)!;
    const connection = ++this.connections;
    const peer: RpcPeer = new RpcPeer({
      version,
      role: 'CSMS',
      mode: 'strict',
      socket: peerSocket(socket),
      onCall: ({ action, payload, messageId }) =>
        this.handle({ chargerId, version, connection, messageId, action, payload: payload as Payload }),
      onFrame: (frame) => this.inspect(chargerId, frame),
      onProtocolViolation: (violation, detail) => this.breaches.push(`${chargerId} ${violation}: ${detail}`),
    });
    this.sockets.add(socket);
    this.peers.set(chargerId, peer);
    socket.on('message', (data, isBinary) => peer.receive(data as Buffer, isBinary));
    socket.on('error', () => {});
    socket.once('close', () => {
      this.sockets.delete(socket);
      if (this.peers.get(chargerId) === peer) this.peers.delete(chargerId);
      peer.closed();
    });
  }

  private inspect(chargerId: string, { direction, valid, deviations, raw }: FrameInfo): void {
    if (direction === 'IN' && !valid) this.breaches.push(`${chargerId} ${raw} ${JSON.stringify(deviations)}`);
  }

  private handle(call: HandledCall): CallOutcome {
    this.handled.push(call);
    const verdict = this.verdict(call);
    if (verdict === 'kill') {
      void this.kill();
      return { kind: 'none' };
    }
    if (verdict === 'error') throw new Error('the test wants a CALLERROR');
    return { kind: 'result', payload: this.answer(call) };
  }

  private answer({ action, version, payload, chargerId }: HandledCall): Payload {
    const currentTime = new Date().toISOString();
    switch (action) {
      case 'BootNotification':
        return { status: this.bootStatus, currentTime, interval: this.heartbeatIntervalS };
      case 'Heartbeat':
        return { currentTime };
      case 'Authorize':
        return version === '1.6'
          ? { idTagInfo: this.tokenInfo(payload.idTag as string) }
          : { idTokenInfo: this.tokenInfo((payload.idToken as { idToken: string }).idToken) };
      case 'StartTransaction':
        return {
          transactionId: transactionIdOf(chargerId, payload),
          idTagInfo: this.tokenInfo(payload.idTag as string),
        };
      case 'TransactionEvent': {
        const token = (payload.idToken as { idToken: string } | undefined)?.idToken;
        return token === undefined ? {} : { idTokenInfo: this.tokenInfo(token) };
      }
      case 'DataTransfer':
      case 'SignCertificate':
        return { status: 'Accepted' };
      default:
        return {};
    }
  }

  private tokenInfo(token: string): Payload {
    return { status: this.refusedTokens.has(token) ? 'Invalid' : 'Accepted' };
  }
}

/** Derived from the message, so that a repeated StartTransaction gets the same number. */
function transactionIdOf(chargerId: string, { connectorId, idTag, timestamp, meterStart }: Payload): number {
  const key = JSON.stringify([chargerId, connectorId, idTag, timestamp, meterStart]);
  return createHash('sha256').update(key).digest().readUInt32BE(0) >>> 1 || 1;
}
