import type { Writable } from 'node:stream';
import * as ws from 'ws';
import { encodeClientFrame, OPCODE, readServerFrame } from './websocket-frames';

/** Exported by ws and left out of its types. */
const { Receiver, Sender } = ws as unknown as {
  Receiver: new (options: { isServer: boolean }) => Writable;
  Sender: { frame(data: Buffer, options: object): Buffer[] };
};

/** What the real `ws` makes of a client's bytes. */
function received(bytes: Buffer): Promise<{ data: Buffer; isBinary: boolean }> {
  return new Promise((resolve, reject) => {
    const receiver = new Receiver({ isServer: true });
    receiver.on('message', (data: Buffer, isBinary: boolean) => resolve({ data, isBinary }));
    receiver.on('error', reject);
    receiver.write(bytes);
  });
}

describe('frames of the client', () => {
  it.each([0, 1, 125, 126, 430, 65_535])('are read by ws: %i bytes', async (length) => {
    const text = Buffer.alloc(length, 'ChargeStream ');
    const { data, isBinary } = await received(encodeClientFrame('text', text));
    expect(isBinary).toBe(false);
    expect(data.equals(text)).toBe(true);
  });

  it('have a limit', () => expect(() => encodeClientFrame('text', Buffer.alloc(65_536))).toThrow(/65535/));
});

describe('frames of the server', () => {
  const frame = (length: number) =>
    Buffer.concat(Sender.frame(Buffer.alloc(length, 7), { fin: true, opcode: 1, mask: false, rsv1: false }));

  it.each([0, 125, 126, 430, 65_535, 65_536])('are found as ws writes them: %i bytes', (length) => {
    const bytes = Buffer.concat([frame(3), frame(length), frame(5)]);
    const second = readServerFrame(bytes, 5, bytes.length);
    expect(second).toMatchObject({ opcode: OPCODE.text, final: true });
    expect((second?.end ?? 0) - (second?.start ?? 0)).toBe(length);
    expect(readServerFrame(bytes, second?.end ?? 0, bytes.length)).toMatchObject({ end: bytes.length });
  });

  it('are waited for until the last byte is there', () => {
    const bytes = frame(430);
    for (let until = 0; until < bytes.length; until++) expect(readServerFrame(bytes, 0, until)).toBeNull();
    expect(readServerFrame(bytes, 0, bytes.length)).not.toBeNull();
  });
});
