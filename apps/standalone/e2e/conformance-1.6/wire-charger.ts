import { once } from 'node:events';
import { WebSocket, type ClientOptions } from 'ws';

export type Payload = Record<string, unknown>;
type Answer = Payload | ((payload: Payload) => Payload);

export interface WireOptions {
  password?: string;
  /** For wss: only. */
  tls?: Pick<ClientOptions, 'ca' | 'cert' | 'key'>;
  protocols?: string[];
}

interface Received {
  action: string;
  /** The payload as it was written, character by character. */
  text: string;
}

const WAIT_MS = 5_000;

/** A charger on a bare WebSocket: it knows nothing of our codec, and keeps every character that it was sent. */
export class WireCharger {
  private readonly received: Received[] = [];
  private readonly answers = new Map<string, Answer>();
  private readonly reactions = new Map<string, (messageId: string) => void>();
  private readonly pending = new Map<string, (raw: string) => void>();
  private readonly waiters = new Set<() => void>();
  private lastId = 0;

  private constructor(
    readonly id: string,
    private readonly socket: WebSocket,
  ) {
    socket.on('error', () => undefined);
    socket.on('message', (data) => this.heard((data as Buffer).toString()));
  }

  static async open(url: string, id: string, options: WireOptions = {}): Promise<WireCharger> {
    const { password, tls, protocols = ['ocpp1.6'] } = options;
    const basic = Buffer.from(`${id}:${password}`).toString('base64');
    const headers = password === undefined ? {} : { authorization: `Basic ${basic}` };
    const socket = new WebSocket(`${url}/${id}`, protocols, { ...tls, headers, perMessageDeflate: false });
    const charger = new WireCharger(id, socket);
    await once(socket, 'open');
    return charger;
  }

  get protocol(): string {
    return this.socket.protocol;
  }

  /** How it answers CALLs of this action from now on; `{ status: 'Accepted' }` unless told. */
  answer(action: string, answer: Answer): void {
    this.answers.set(action, answer);
  }

  /** What it does with CALLs of this action from now on, instead of answering them. */
  react(action: string, reaction: (messageId: string) => void): void {
    this.reactions.set(action, reaction);
  }

  /** Sends a frame as it stands. */
  send(frame: unknown[]): void {
    this.socket.send(JSON.stringify(frame));
  }

  /** As when the power goes: nothing is said any more. */
  drop(): void {
    this.socket.terminate();
  }

  /** As when the network goes: nothing is heard any more, and nobody is told. */
  deafen(): void {
    this.socket.pause();
  }

  /** Sends a CALL. @returns the payload of the answer as it was written */
  async text(action: string, payload: Payload): Promise<string> {
    const id = String(++this.lastId);
    const raw = await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${action} of ${this.id} was not answered`)), WAIT_MS);
      this.pending.set(id, (text) => {
        clearTimeout(timer);
        resolve(text);
      });
      this.socket.send(JSON.stringify([2, id, action, payload]));
    });
    const start = `[3,"${id}",`;
    if (!raw.startsWith(start)) throw new Error(`${action} of ${this.id} was answered ${raw}`);
    return raw.slice(start.length, -1);
  }

  async call(action: string, payload: Payload): Promise<Payload> {
    return JSON.parse(await this.text(action, payload)) as Payload;
  }

  /** Payloads of the CALLs of an action so far, oldest first, as they were written. */
  sent(action: string): string[] {
    return this.received.filter((call) => call.action === action).map(({ text }) => text);
  }

  /** Of every CALL so far. */
  actionsReceived(): Set<string> {
    return new Set(this.received.map(({ action }) => action));
  }

  /** Waits until so many CALLs of the action have come. @returns the payload of the last of them */
  async until(action: string, count = 1): Promise<string> {
    const deadline = Date.now() + WAIT_MS;
    while (this.sent(action).length < count) {
      if (Date.now() > deadline) throw new Error(`${this.id} got no ${action}, but ${JSON.stringify(this.received)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => wake(), Math.max(0, deadline - Date.now()));
        const wake = () => {
          clearTimeout(timer);
          this.waiters.delete(wake);
          resolve();
        };
        this.waiters.add(wake);
      });
    }
    return this.sent(action)[count - 1]!;
  }

  async close(): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    const closed = once(this.socket, 'close');
    this.socket.close(1000);
    await closed;
  }

  private heard(raw: string): void {
    const [type, id, action, payload] = JSON.parse(raw) as [number, string, string, Payload];
    if (type !== 2) {
      this.pending.get(id)?.(raw);
      this.pending.delete(id);
      return;
    }
    // Compact JSON: nothing but the payload stands between this and the bracket that ends the frame.
    const start = `[2,"${id}","${action}",`;
    this.received.push({ action, text: raw.startsWith(start) ? raw.slice(start.length, -1) : raw });
    for (const wake of [...this.waiters]) wake();
    const reaction = this.reactions.get(action);
    if (reaction) return reaction(id);
    const answer = this.answers.get(action) ?? { status: 'Accepted' };
    this.socket.send(JSON.stringify([3, id, typeof answer === 'function' ? answer(payload) : answer]));
  }
}
