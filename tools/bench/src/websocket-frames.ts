/**
 * The little of RFC 6455 that a client needs. The bench does not use a WebSocket library on the client side: masking and
 * object churn there would cost as much CPU as the server under test, and the client would be what is measured.
 */

const OPCODES = { text: 0x1, close: 0x8, ping: 0x9, pong: 0xa } as const;

export type Opcode = keyof typeof OPCODES;

/** Any key is as good as another against a loopback server, but not zero: `ws` would skip its unmasking. */
export const MASK = Buffer.from([0x5a, 0x3c, 0x96, 0xe1]);

/** A whole frame, masked with `MASK` as RFC 6455 §5.3 demands of clients. Payloads up to 65,535 bytes. */
export function encodeClientFrame(opcode: Opcode, payload: Buffer): Buffer {
  if (payload.length > 0xffff) throw new RangeError(`Frames are up to 65535 bytes here, not ${payload.length}.`);
  const header = clientHeaderLength(payload.length);
  const frame = Buffer.alloc(header + payload.length);
  frame[0] = 0x80 | OPCODES[opcode];
  if (payload.length < 126) {
    frame[1] = 0x80 | payload.length;
  } else {
    frame[1] = 0x80 | 126;
    frame.writeUInt16BE(payload.length, 2);
  }
  MASK.copy(frame, header - 4);
  for (let at = 0; at < payload.length; at++) {
    frame[header + at] = (payload[at] as number) ^ (MASK[at & 3] as number);
  }
  return frame;
}

/** Bytes before the payload in a client's frame: 2, the extended length, the mask. */
export function clientHeaderLength(payloadLength: number): number {
  return payloadLength < 126 ? 6 : 8;
}

/** Where one server frame lies in the bytes received. */
export interface ServerFrame {
  opcode: number;
  /** False: more fragments follow, which this client does not read. */
  final: boolean;
  start: number;
  end: number;
}

/** The frame that begins at `from`, or null while it has not arrived completely. Server frames are not masked. */
export function readServerFrame(bytes: Buffer, from: number, until: number): ServerFrame | null {
  if (until - from < 2) return null;
  const first = bytes[from] as number;
  const short = (bytes[from + 1] as number) & 0x7f;
  let start = from + 2;
  let length = short;
  if (short === 126) {
    if (until - from < 4) return null;
    length = bytes.readUInt16BE(from + 2);
    start = from + 4;
  } else if (short === 127) {
    if (until - from < 10) return null;
    length = Number(bytes.readBigUInt64BE(from + 2));
    start = from + 10;
  }
  if (until - start < length) return null;
  return { opcode: first & 0x0f, final: (first & 0x80) !== 0, start, end: start + length };
}

export const OPCODE = OPCODES;
