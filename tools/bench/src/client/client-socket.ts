import { createHash, randomBytes } from 'node:crypto';
import net from 'node:net';
import { encodeClientFrame, OPCODE, readServerFrame } from '../websocket-frames';

/** One read buffer for all sockets: the callback is done with it before the next read. */
const readBuffer = Buffer.alloc(65_536);
const EMPTY = Buffer.alloc(0);
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

export interface ClientSocketOptions {
  port: number;
  path: string;
  timeoutMs: number;
  /** Told of every text frame; the bytes are valid during the call only. */
  onText: (bytes: Buffer, start: number, end: number) => void;
  /** Told once, with the reason, when the server ends an open connection. */
  onClosed: (reason: string) => void;
}

/** A WebSocket client reduced to what a load generator needs: text frames in, text frames out. */
export class ClientSocket {
  private pending: Buffer = EMPTY;
  private upgraded: ((error: Error | null) => void) | null = null;
  private acceptKey = '';
  private closed = false;
  private readonly socket: net.Socket;

  private constructor(private readonly options: ClientSocketOptions) {
    this.socket = net.connect({
      host: '127.0.0.1',
      port: options.port,
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: (length) => {
          this.received(length);
          return true;
        },
      },
    });
    this.socket.on('error', (error) => this.end(error.message));
    this.socket.on('close', () => this.end('the server closed the connection'));
  }

  /** @throws Error saying what the server answered instead of 101 */
  static async open(options: ClientSocketOptions): Promise<ClientSocket> {
    const client = new ClientSocket(options);
    const timer = setTimeout(
      () => client.end(`no answer to the upgrade within ${options.timeoutMs} ms`),
      options.timeoutMs,
    );
    try {
      await new Promise<void>((resolve, reject) => {
        client.upgraded = (error) => (error === null ? resolve() : reject(error));
        client.socket.once('connect', () => client.sendUpgrade());
      });
    } finally {
      clearTimeout(timer);
    }
    return client;
  }

  /** Writes a frame as it is. */
  write(frame: Buffer): void {
    this.socket.write(frame);
  }

  sendText(text: string): void {
    this.write(encodeClientFrame('text', Buffer.from(text)));
  }

  /** Ends the connection without a closing handshake. */
  destroy(): void {
    this.closed = true;
    this.socket.destroy();
  }

  private sendUpgrade(): void {
    const key = randomBytes(16).toString('base64');
    this.acceptKey = createHash('sha1').update(`${key}${GUID}`).digest('base64');
    const { path, port } = this.options;
    this.socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Protocol: ocpp1.6\r\n\r\n`,
    );
  }

  private received(length: number): void {
    if (this.upgraded !== null) return this.receivedUpgrade(length);
    if (this.pending.length === 0) return this.frames(readBuffer, length);
    const bytes = Buffer.concat([this.pending, readBuffer.subarray(0, length)]);
    this.pending = EMPTY;
    this.frames(bytes, bytes.length);
  }

  private frames(bytes: Buffer, until: number): void {
    let from = 0;
    while (from < until) {
      const frame = readServerFrame(bytes, from, until);
      if (frame === null) {
        this.pending = Buffer.from(bytes.subarray(from, until));
        return;
      }
      from = frame.end;
      if (frame.opcode === OPCODE.text && frame.final) this.options.onText(bytes, frame.start, frame.end);
      else this.control(frame.opcode, bytes.subarray(frame.start, frame.end));
      if (this.closed) return;
    }
  }

  private control(opcode: number, payload: Buffer): void {
    if (opcode === OPCODE.ping) return this.write(encodeClientFrame('pong', payload));
    if (opcode === OPCODE.pong) return;
    if (opcode === OPCODE.close) {
      const code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
      return this.end(`the server closed the connection with ${code} ${payload.subarray(2).toString()}`.trim());
    }
    this.end(`the server sent a frame this client does not read (opcode ${opcode})`);
  }

  private receivedUpgrade(length: number): void {
    this.pending = Buffer.concat([this.pending, readBuffer.subarray(0, length)]);
    const headEnd = this.pending.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const head = this.pending.toString('latin1', 0, headEnd);
    const rest = Buffer.from(this.pending.subarray(headEnd + 4));
    if (!/^HTTP\/1\.1 101 /.test(head) || !head.includes(this.acceptKey)) {
      return this.end(`the upgrade was answered with "${head.split('\r\n', 1)[0]}"`);
    }
    this.pending = EMPTY;
    const upgraded = this.upgraded;
    this.upgraded = null;
    upgraded?.(null);
    this.frames(rest, rest.length);
  }

  private end(reason: string): void {
    if (this.closed) return;
    this.closed = true;
    this.socket.destroy();
    const upgraded = this.upgraded;
    this.upgraded = null;
    if (upgraded) upgraded(new Error(`Charger at ${this.options.path}: ${reason}`));
    else this.options.onClosed(reason);
  }
}
