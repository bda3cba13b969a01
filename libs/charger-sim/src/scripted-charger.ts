import { OcppError, RpcPeer, type CallOutcome, type InboundCall } from '@chargestream/ocpp';
import type { WebSocket } from 'ws';
import { systemClock, type Clock } from './clock';
import { DEFAULT_ANSWERS } from './commands/default-answers';
import { faultyAnswer, Faults, type FaultOrder } from './faults';
import type { ConnectorStatus, Payload } from './message';
import { seededRandom } from './random';
import {
  meterValuesPayload,
  transactionEventPayload,
  type MeterOptions,
  type StartOptions,
  type StopOptions,
  type TransactionEventOptions,
} from './scripted-messages';
import { openSocket, peerSocket, type Endpoint } from './socket';

/** Answers a CALL of the server; throw an OcppError to answer CALLERROR. */
export type CallHandler = (payload: Payload, call: InboundCall) => Payload | Promise<Payload>;

export interface ConnectChargerOptions extends Endpoint {
  clock?: Clock;
  /** Of calls without a timeout of their own; 30 s unless given. */
  callTimeoutMs?: number;
  /** How inbound payloads are checked; lenient unless given. */
  mode?: 'strict' | 'lenient';
  /** Of what it does wrong by chance. */
  seed?: number | string;
}

export interface ReceivedCall {
  action: string;
  payload: Payload;
  messageId: string;
}

interface CallWaiter {
  action: string;
  resolve(call: ReceivedCall): void;
}

/** A charger under a test's control: it does nothing but what it is told, and answers the server's CALLs. */
export class ScriptedCharger {
  /** Resolves when the socket is gone, whoever closed it. */
  readonly closed: Promise<{ code: number; reason: string }>;
  private readonly peer: RpcPeer;
  private readonly calls: ReceivedCall[] = [];
  /** Calls no waitForCall has taken yet. */
  private readonly untaken: ReceivedCall[] = [];
  private readonly waiters = new Set<CallWaiter>();
  private readonly handlers = new Map<string, CallHandler>();
  private readonly clock: Clock;
  private readonly faults: Faults;

  constructor(
    private readonly socket: WebSocket,
    private readonly options: ConnectChargerOptions,
  ) {
    this.clock = options.clock ?? systemClock;
    this.faults = new Faults(seededRandom(options.seed ?? options.chargerId));
    const wire = {
      version: options.version,
      clock: this.clock,
      text: (frame: string) => this.text(frame),
      terminate: () => this.terminate(),
    };
    this.peer = new RpcPeer({
      version: options.version,
      socket: peerSocket(socket),
      onCall: (call) => {
        const answer = this.prepare(call);
        return faultyAnswer(this.faults, wire, call, answer);
      },
      callTimeoutMs: options.callTimeoutMs ?? 30_000,
      ...(options.mode && { mode: options.mode }),
    });
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        this.peer.closed(`${code} ${reason.toString()}`.trim());
        resolve({ code, reason: reason.toString() });
      });
    });
    socket.on('message', (data, isBinary) => this.peer.receive(data as Buffer, isBinary));
    socket.resume();
  }

  get chargerId(): string {
    return this.options.chargerId;
  }

  /** The subprotocol the server chose. */
  get protocol(): string {
    return this.socket.protocol;
  }

  /**
   * One CALL.
   * @returns the payload of its CALLRESULT
   * @throws what RpcPeer.call rejects with: CallError, CallTimeoutError, PeerClosedError
   */
  async call(
    action: string,
    payload: Payload,
    options: { timeoutMs?: number; messageId?: string; validate?: boolean } = {},
  ): Promise<Payload> {
    const response = await this.peer.call(action, payload, options);
    return response.payload as Payload;
  }

  /** Raw text on the wire, however malformed. */
  text(text: string): void {
    this.socket.send(text);
  }

  /** Answers CALLs of this action from now on; every action has a default answer. */
  onCall(action: string, handler: CallHandler): void {
    this.handlers.set(action, handler);
  }

  /** Does wrong what it is told to, in answers to the server's CALLs. @returns takes the order back */
  order(fault: FaultOrder): () => void {
    return this.faults.order(fault);
  }

  /** Its clock is off by so many milliseconds from now on: the timestamps it fills in show it. */
  setClockOffset(offsetMs: number): void {
    this.faults.clockOffsetMs = offsetMs;
  }

  /** CALLs of the server so far, oldest first. */
  received(action: string): ReceivedCall[] {
    return this.calls.filter((call) => call.action === action);
  }

  /**
   * The next CALL of this action that no waitForCall has returned yet, past ones included.
   * @throws Error when none comes within `timeoutMs` (5 s unless given)
   */
  waitForCall(action: string, { timeoutMs = 5_000 }: { timeoutMs?: number } = {}): Promise<ReceivedCall> {
    const index = this.untaken.findIndex((call) => call.action === action);
    if (index >= 0) return Promise.resolve(this.untaken.splice(index, 1)[0]!);
    return new Promise((resolve, reject) => {
      const waiter: CallWaiter = {
        action,
        resolve: (call) => {
          cancel();
          this.waiters.delete(waiter);
          resolve(call);
        },
      };
      const cancel = this.clock.after(timeoutMs, () => {
        this.waiters.delete(waiter);
        const seen = this.calls.map((call) => call.action).join(', ') || 'nothing';
        reject(new Error(`No ${action} came to ${this.chargerId} within ${timeoutMs} ms; received: ${seen}`));
      });
      this.waiters.add(waiter);
    });
  }

  async close(code = 1000): Promise<{ code: number; reason: string }> {
    this.socket.close(code);
    return this.closed;
  }

  /** Cuts the connection without a closing handshake. */
  terminate(): void {
    this.socket.terminate();
  }

  boot(overrides: Payload = {}): Promise<Payload> {
    const payload =
      this.options.version === '1.6'
        ? { chargePointVendor: 'Northwind Power', chargePointModel: 'Depot 22' }
        : { reason: 'PowerUp', chargingStation: { vendorName: 'Northwind Power', model: 'Depot 22' } };
    return this.call('BootNotification', { ...payload, ...overrides });
  }

  heartbeat(): Promise<Payload> {
    return this.call('Heartbeat', {});
  }

  authorize(idTag: string): Promise<Payload> {
    const payload = this.options.version === '1.6' ? { idTag } : { idToken: { idToken: idTag, type: 'ISO14443' } };
    return this.call('Authorize', payload);
  }

  /** In 2.x the connector is the EVSE's number, its connector is 1, and the status one of that version's five. */
  status(connector: number, status: ConnectorStatus | 'Occupied', timestamp = this.now()): Promise<Payload> {
    const payload =
      this.options.version === '1.6'
        ? { connectorId: connector, errorCode: 'NoError', status, timestamp }
        : { timestamp, connectorStatus: status, evseId: connector, connectorId: 1 };
    return this.call('StatusNotification', payload);
  }

  /** 1.6 */
  startTransaction({
    connectorId = 1,
    idTag = 'TAG-1',
    meterStart = 0,
    timestamp,
  }: StartOptions = {}): Promise<Payload> {
    return this.call('StartTransaction', { connectorId, idTag, meterStart, timestamp: timestamp ?? this.now() });
  }

  /** 1.6 */
  stopTransaction({ transactionId, meterStop = 0, timestamp, ...more }: StopOptions): Promise<Payload> {
    return this.call('StopTransaction', { transactionId, meterStop, timestamp: timestamp ?? this.now(), ...more });
  }

  /** 1.6 */
  meterValues(options: MeterOptions): Promise<Payload> {
    return this.call('MeterValues', meterValuesPayload(options, this.now()));
  }

  /** 2.0.1 and 2.1 */
  transactionEvent(options: TransactionEventOptions): Promise<Payload> {
    return this.call('TransactionEvent', transactionEventPayload(options, this.now()));
  }

  private now(): string {
    return new Date(this.clock.now() + this.faults.clockOffsetMs).toISOString();
  }

  /** Takes note of the CALL, whatever is then answered. */
  private prepare(call: InboundCall): () => Promise<CallOutcome> {
    const received = { action: call.action, payload: call.payload as Payload, messageId: call.messageId };
    this.calls.push(received);
    const waiter = [...this.waiters].find(({ action }) => action === call.action);
    if (waiter) waiter.resolve(received);
    else this.untaken.push(received);
    return () => this.answer(call, received);
  }

  private async answer(call: InboundCall, received: ReceivedCall): Promise<CallOutcome> {
    try {
      const handler = this.handlers.get(call.action);
      if (handler) return { kind: 'result', payload: await handler(received.payload, call) };
      const answer = DEFAULT_ANSWERS[this.options.version][call.action];
      if (answer) return { kind: 'result', payload: answer(received.payload) };
      return { kind: 'error', error: new OcppError('NotImplemented', `${call.action} is not for chargers`) };
    } catch (error) {
      if (error instanceof OcppError) return { kind: 'error', error };
      throw error;
    }
  }
}

/**
 * Connects a charger to be scripted step by step.
 * @throws UpgradeRefusedError when the server refuses with an HTTP status, Error when it cannot be reached
 */
export async function connectCharger(options: ConnectChargerOptions): Promise<ScriptedCharger> {
  return new ScriptedCharger(await openSocket(options), options);
}
