import type { LoadKind } from '../prepared-call';
import { heartbeatText, METER_START_WH, meterValuesText, PreparedCall } from '../prepared-call';
import { ClientSocket } from './client-socket';
import type { LoadCounters } from './counters';

const CALL = '2'.charCodeAt(0);
const CALLRESULT = '3'.charCodeAt(0);

export interface ConnectionOptions {
  port: number;
  path: string;
  timeoutMs: number;
  counters: LoadCounters;
}

/** A simulated charger that can do two things: a few calls one by one, and a closed loop of prepared ones. */
export class Connection {
  transactionId = 1;
  outstanding = false;
  open = true;
  private socket!: ClientSocket;
  private readonly prepared = new Map<LoadKind, PreparedCall>();
  private looping = false;
  private current: PreparedCall | null = null;
  private answerType = CALLRESULT;
  private sentAtMs = 0;
  private nextId = 0;
  private waiting: { id: string; resolve: (payload: unknown) => void; reject: (error: Error) => void } | null = null;
  private onAnswer: (() => void) | null = null;

  private constructor(private readonly options: ConnectionOptions) {}

  static async open(options: ConnectionOptions): Promise<Connection> {
    const connection = new Connection(options);
    connection.socket = await ClientSocket.open({
      ...options,
      onText: (bytes, start, end) => connection.received(bytes, start, end),
      onClosed: (reason) => connection.lost(reason),
    });
    return connection;
  }

  /** One CALL and the payload of its CALLRESULT; parsed, so not for measuring. */
  async call(action: string, payload: unknown): Promise<unknown> {
    const id = `prepare-${this.nextId++}`;
    const answered = new Promise((resolve, reject) => (this.waiting = { id, resolve, reject }));
    const timer = setTimeout(
      () => this.waiting?.reject(new Error(`${action} was not answered within ${this.options.timeoutMs} ms`)),
      this.options.timeoutMs,
    );
    this.socket.sendText(JSON.stringify([2, id, action, payload]));
    return answered.finally(() => {
      clearTimeout(timer);
      this.waiting = null;
    });
  }

  async boot(): Promise<void> {
    await this.call('BootNotification', {
      chargePointVendor: 'ChargeStream',
      chargePointModel: 'Bench',
      firmwareVersion: '1.0',
    });
  }

  async startTransaction(idTag: string): Promise<void> {
    await this.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Preparing' });
    const timestamp = new Date().toISOString();
    const answer = await this.call('StartTransaction', {
      connectorId: 1,
      idTag,
      meterStart: METER_START_WH,
      timestamp,
    });
    const { transactionId } = answer as { transactionId?: unknown };
    if (typeof transactionId !== 'number') throw new Error(`StartTransaction was answered ${JSON.stringify(answer)}`);
    this.transactionId = transactionId;
    await this.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Charging' });
  }

  /** From here each answer is followed by the next CALL, until `endLoop`. */
  beginLoop(kind: LoadKind, answers: 'callresult' | 'echo'): void {
    this.answerType = answers === 'echo' ? CALL : CALLRESULT;
    this.current = this.preparedCall(kind);
    this.looping = true;
    this.next();
  }

  endLoop(): void {
    this.looping = false;
  }

  /** One prepared MeterValues; resolves with the count of those sent so far when its CALLRESULT is here. */
  sendOne(): Promise<number> {
    this.answerType = CALLRESULT;
    this.current = this.preparedCall('MeterValues');
    const sent = this.current;
    return new Promise((resolve) => {
      this.onAnswer = () => resolve(sent.sent);
      this.next();
    });
  }

  destroy(): void {
    this.looping = false;
    this.open = false;
    this.socket.destroy();
  }

  private preparedCall(kind: LoadKind): PreparedCall {
    const existing = this.prepared.get(kind);
    if (existing) return existing;
    const call = new PreparedCall(kind === 'Heartbeat' ? heartbeatText() : meterValuesText(this.transactionId));
    this.prepared.set(kind, call);
    return call;
  }

  private next(): void {
    const { counters } = this.options;
    this.outstanding = true;
    counters.sent += 1;
    this.sentAtMs = performance.now();
    this.socket.write((this.current as PreparedCall).next(counters.timestamp()));
  }

  private received(bytes: Buffer, start: number, end: number): void {
    if (this.outstanding && this.current?.isAnswer(bytes, start, end, this.answerType)) {
      this.outstanding = false;
      this.options.counters.answeredNow(this.sentAtMs);
      if (this.looping) this.next();
      else this.onAnswer?.();
      return;
    }
    this.receivedOther(bytes.toString('utf8', start, end));
  }

  /** Not the answer of the loop: an answer to `call`, a CALL of the server, or an error. */
  private receivedOther(text: string): void {
    const [type, id, ...rest] = JSON.parse(text) as [number, string, ...unknown[]];
    if (this.waiting?.id === id) {
      // The echo server gives back the CALL.
      if (type === 3) this.waiting.resolve(rest[0]);
      else if (type === 2) this.waiting.resolve(rest[1]);
      else this.waiting.reject(new Error(`answered ${text}`));
    } else if (type === 2) {
      this.socket.sendText(JSON.stringify([4, id, 'NotImplemented', '', {}]));
    } else {
      this.outstanding = false;
      this.options.counters.refused(text);
      if (this.looping) this.next();
      else this.onAnswer?.();
    }
  }

  private lost(reason: string): void {
    this.open = false;
    this.looping = false;
    this.options.counters.closed(reason);
    this.waiting?.reject(new Error(reason));
  }
}
