import { randomUUID } from 'node:crypto';
import {
  CallError,
  CallTimeoutError,
  PeerClosedError,
  RpcPeer,
  type CallOutcome,
  type InboundCall,
} from '@chargestream/ocpp';
import { WebSocket } from 'ws';
import { pause, type Clock } from './clock';
import { BAD_PAYLOAD, faultyAnswer, type Faults } from './faults';
import type { Gate } from './gate';
import type { Payload } from './message';
import type { Random } from './random';
import { openSocket, peerSocket, UpgradeRefusedError, type Endpoint } from './socket';
import type { Traffic } from './traffic';
import type { DeliveryFailure } from './transaction-queue';

/** A call was made while there was no connection. */
export class NotConnectedError extends Error {
  constructor(chargerId: string) {
    super(`${chargerId} has no connection`);
    this.name = 'NotConnectedError';
  }
}

/** How an attempt that brought no CALLRESULT is to be taken. */
export function classifyFailure(error: unknown): DeliveryFailure {
  if (error instanceof NotConnectedError || error instanceof PeerClosedError) return 'disconnected';
  return error instanceof CallTimeoutError ? 'unanswered' : 'refused';
}

/** A charger with a hundred outlets tells the status of all of them when it comes online. */
const MAX_QUEUED_CALLS = 256;

export interface UplinkOptions {
  endpoint: Endpoint;
  clock: Clock;
  random: Random;
  traffic: Traffic;
  /** Shared by a depot: how many handshakes run at a time. */
  gate: Gate;
  callTimeoutMs: number;
  /** First wait before connecting again; doubles up to `maxBackoffMs`. */
  minBackoffMs: number;
  maxBackoffMs: number;
  faults: Faults;
  onCall(call: InboundCall): CallOutcome | Promise<CallOutcome>;
  onUp(): void;
  onDown(): void;
}

/** A charger's connection, made again with growing, jittered waits whenever it breaks, unless told to stay down. */
export class Uplink {
  private socket: WebSocket | null = null;
  private peer: RpcPeer | null = null;
  private failures = 0;
  private wanted = false;
  private isClosed = false;
  private readonly pendingCalls = new Set<Promise<unknown>>();
  private isConnecting = false;
  private interruptWait = new AbortController();

  constructor(private readonly options: UplinkOptions) {}

  get isUp(): boolean {
    return this.peer !== null;
  }

  /** Connects and stays connected. */
  up(): void {
    if (this.isClosed) return;
    this.wanted = true;
    void this.connect();
  }

  /** Closes and stays away until `up`. `terminate` cuts the connection without a word, as a lost network does. */
  down(how: 'close' | 'terminate'): void {
    this.wanted = false;
    this.interruptWait.abort();
    this.interruptWait = new AbortController();
    if (how === 'terminate') this.socket?.terminate();
    else this.socket?.close(1000, '');
  }

  /** Closes politely, for good, and waits until the socket is gone, at most `graceMs`. */
  async closed(graceMs: number): Promise<void> {
    const { peer } = this;
    this.isClosed = true;
    const grace = new AbortController();
    const finishing = Promise.allSettled([...this.pendingCalls, peer?.drain()]).then(() => grace.abort());
    await Promise.race([finishing, pause(this.options.clock, graceMs, grace.signal)]);
    const { socket } = this;
    this.down('close');
    if (!socket || socket.readyState === WebSocket.CLOSED) return;
    const gone = new AbortController();
    socket.once('close', () => gone.abort());
    await pause(this.options.clock, graceMs, gone.signal);
    if (!gone.signal.aborted) socket.terminate();
  }

  /**
   * One CALL, counted and measured.
   * @throws NotConnectedError, or what RpcPeer.call rejects with
   */
  async call(action: string, payload: Payload, messageId?: string): Promise<Payload> {
    const { traffic, clock, endpoint, callTimeoutMs, faults } = this.options;
    const peer = this.peer;
    if (!peer) throw new NotConnectedError(endpoint.chargerId);
    const fault = faults.strike(action);
    if (fault?.kind === 'ignore') throw new NotConnectedError(endpoint.chargerId);
    if (fault?.kind === 'late') await pause(clock, fault.delayMs);
    traffic.sent(action);
    let sentMs = clock.monotonicMs();
    const wireId = messageId ?? randomUUID();
    const pending = peer.call(action, fault?.kind === 'bad' ? (fault.payload ?? BAD_PAYLOAD) : payload, {
      timeoutMs: callTimeoutMs,
      // Measured from the wire on: waiting for an earlier answer is not this message's latency.
      onSent: () => {
        sentMs = clock.monotonicMs();
        if (fault?.kind === 'repeat') this.socket?.send(JSON.stringify([2, wireId, action, payload]));
        if (fault?.kind === 'drop') clock.after(0, () => this.socket?.terminate());
      },
      messageId: wireId,
      ...(fault?.kind === 'bad' && { validate: false }),
    });
    this.pendingCalls.add(pending);
    try {
      const response = await pending;
      traffic.ended(action, 'acknowledged', clock.monotonicMs() - sentMs);
      return response.payload as Payload;
    } catch (error) {
      const failure = classifyFailure(error);
      const end = { disconnected: 'interrupted', unanswered: 'timedOut', refused: 'callError' } as const;
      traffic.ended(action, end[failure], clock.monotonicMs() - sentMs);
      if (failure === 'refused') traffic.failed(`${action}: ${describe(error)}`);
      throw error;
    } finally {
      this.pendingCalls.delete(pending);
    }
  }

  private async connect(): Promise<void> {
    if (this.isConnecting || this.socket) return;
    this.isConnecting = true;
    while (this.wanted && !this.socket) {
      try {
        const socket = await this.options.gate.run(() => openSocket(this.options.endpoint));
        // open, but no longer wanted
        if (this.wanted) this.opened(socket);
        else socket.terminate();
      } catch (error) {
        this.options.traffic.connectFailed(reasonOf(error));
        await this.backOff();
      }
    }
    this.isConnecting = false;
  }

  private async backOff(): Promise<void> {
    const { minBackoffMs, maxBackoffMs, random, clock } = this.options;
    const ceilingMs = Math.min(maxBackoffMs, minBackoffMs * 2 ** this.failures++);
    // Half of it is chance, so that a depot does not come back in one instant after an outage.
    await pause(clock, ceilingMs * random.between(0.5, 1), this.interruptWait.signal);
  }

  private opened(socket: WebSocket): void {
    const { endpoint, callTimeoutMs, onCall, traffic, clock, faults } = this.options;
    const wire = {
      version: endpoint.version,
      clock,
      text: (frame: string) => socket.send(frame),
      terminate: () => socket.terminate(),
    };
    const peer = new RpcPeer({
      version: endpoint.version,
      socket: peerSocket(socket),
      role: 'CS',
      onCall: (call) => faultyAnswer(faults, wire, call, () => onCall(call)),
      callTimeoutMs,
      maxQueuedOutbound: MAX_QUEUED_CALLS,
    });
    this.socket = socket;
    this.peer = peer;
    this.failures = 0;
    traffic.connects++;
    socket.on('message', (data, isBinary) => peer.receive(data as Buffer, isBinary));
    socket.once('close', (code, reason) => this.lost(peer, `${code} ${reason.toString()}`.trim()));
    socket.resume();
    this.options.onUp();
  }

  private lost(peer: RpcPeer, reason: string): void {
    this.peer = null;
    this.socket = null;
    this.options.traffic.disconnects++;
    this.options.onDown();
    peer.closed(reason);
    if (this.wanted) void this.backOff().then(() => this.connect());
  }
}

function describe(error: unknown): string {
  if (error instanceof CallError) return `${error.code} ${error.description}`.trim();
  return error instanceof Error ? error.message : String(error);
}

function reasonOf(error: unknown): string {
  if (error instanceof UpgradeRefusedError) return `HTTP ${error.status}`;
  const code = (error as { code?: string }).code;
  return code ?? (error instanceof Error ? error.message : String(error));
}
