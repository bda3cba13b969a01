import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { ConnectionOptions } from 'node:tls';
import { WebSocket } from 'ws';

export interface ConnectingAs {
  port: number;
  path: string;
  protocols?: string[];
  authorization?: string;
  /** By wss. */
  tls?: ConnectionOptions;
}

export interface Refused {
  status: number;
  body: string;
  headers: IncomingMessage['headers'];
}

type Frame = [number, string, ...unknown[]];

/** A scripted charger on a real WebSocket. It answers nothing by itself. */
export class TestCharger {
  readonly frames: Frame[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  private readonly waiting: { wanted: (frame: Frame) => boolean; resolve: (frame: Frame) => void }[] = [];
  private lastId = 0;

  private constructor(readonly socket: WebSocket) {
    this.closed = new Promise((resolve) =>
      socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    );
    socket.on('error', () => undefined);
    socket.on('message', (data) => this.received(JSON.parse(data.toString()) as Frame));
  }

  /** Resolves when the upgrade was accepted or refused. */
  static async dial(as: ConnectingAs): Promise<TestCharger | Refused> {
    const headers = as.authorization === undefined ? {} : { authorization: as.authorization };
    const scheme = as.tls === undefined ? 'ws' : 'wss';
    const options = { headers, ...as.tls };
    const socket = new WebSocket(`${scheme}://127.0.0.1:${as.port}${as.path}`, as.protocols ?? ['ocpp1.6'], options);
    const charger = new TestCharger(socket);
    return Promise.race([
      once(socket, 'open').then(() => charger),
      once(socket, 'unexpected-response').then(([, response]) => refusal(response as IncomingMessage)),
      once(socket, 'error').then(([error]) => Promise.reject(error as Error)),
    ]);
  }

  send(frame: unknown): void {
    this.socket.send(typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));
  }

  /** @returns the CALLRESULT or CALLERROR. */
  call(action: string, payload: object, messageId = `m${++this.lastId}`): Promise<Frame> {
    this.send([2, messageId, action, payload]);
    return this.frame((frame) => frame[0] !== 2 && frame[1] === messageId);
  }

  /** The first frame, already received or still to come, that is wanted; it is not given twice. */
  frame(wanted: (frame: Frame) => boolean): Promise<Frame> {
    const index = this.frames.findIndex(wanted);
    if (index >= 0) return Promise.resolve(this.frames.splice(index, 1)[0] as Frame);
    return new Promise((resolve) => this.waiting.push({ wanted, resolve }));
  }

  /** The next CALL of this action from the CSMS. */
  async called(action: string): Promise<{ messageId: string; payload: unknown }> {
    const frame = await this.frame(([type, , name]) => type === 2 && name === action);
    return { messageId: frame[1], payload: frame[3] };
  }

  async close(code = 1000): Promise<void> {
    this.socket.close(code);
    await this.closed;
  }

  private received(frame: Frame): void {
    const index = this.waiting.findIndex(({ wanted }) => wanted(frame));
    if (index < 0) this.frames.push(frame);
    else this.waiting.splice(index, 1)[0]?.resolve(frame);
  }
}

async function refusal(response: IncomingMessage): Promise<Refused> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString(), headers: response.headers };
}
