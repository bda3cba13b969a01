import { readable } from './read-partition';
import type { WireFetched, WireMessage } from './wire';

const plain = { producerId: '-1', inTransaction: false };

function message(
  offset: number,
  batch: Partial<WireMessage['batchContext']> & { control?: boolean } = {},
): WireMessage {
  const { control = false, ...context } = batch;
  return {
    offset: String(offset),
    timestamp: '1000',
    key: Buffer.from('k'),
    value: Buffer.from(String(offset)),
    headers: {},
    isControlRecord: control,
    batchContext: { firstOffset: String(offset), lastOffsetDelta: 0, ...plain, ...context },
  };
}

function fetched(messages: WireMessage[], aborted: WireFetched['abortedTransactions'] = []): WireFetched {
  return { partition: 2, highWatermark: '100', lastStableOffset: '100', abortedTransactions: aborted, messages };
}

const offsets = (answer: ReturnType<typeof readable>) => answer.records.map(({ offset }) => offset);

describe('What a reader is given of a fetch', () => {
  it('begins at the offset asked for, though brokers answer with whole batches', () => {
    const batch = { firstOffset: '5', lastOffsetDelta: 2 };
    const answer = readable('t', fetched([5, 6, 7].map((offset) => message(offset, batch))), 6);
    expect(offsets(answer)).toEqual([6, 7]);
    expect(answer.next).toBe(8);
  });

  it('goes on after the end of a batch whose last records are gone by compaction', () => {
    const answer = readable('t', fetched([message(5, { firstOffset: '5', lastOffsetDelta: 9 })]), 5);
    expect(offsets(answer)).toEqual([5]);
    expect(answer.next).toBe(15);
  });

  it('is nothing of aborted transactions, and everything else, also of the same producer after its next beginning', () => {
    const ofSeven = { producerId: '7', inTransaction: true };
    const ofEight = { producerId: '8', inTransaction: true };
    const messages = [
      message(0),
      message(1, ofSeven),
      message(2, ofEight),
      message(3, { ...ofSeven, control: true }),
      message(4, { ...ofEight, control: true }),
      message(5, ofSeven),
      message(6, { ...ofSeven, control: true }),
    ];
    const answer = readable('t', fetched(messages, [{ producerId: '7', firstOffset: '1' }]), 0);
    expect(offsets(answer)).toEqual([0, 2, 5]);
    expect(answer.next).toBe(7);
  });

  it('counts the ends of transactions as read', () => {
    const answer = readable('t', fetched([message(9, { producerId: '7', inTransaction: true, control: true })]), 9);
    expect(answer).toEqual({ records: [], next: 10 });
  });

  it('takes the last of several headers of one name, and none without a value', () => {
    const headers = { once: Buffer.from('1'), twice: [Buffer.from('1'), Buffer.from('2')], none: null };
    const answer = readable('t', fetched([{ ...message(0), headers }]), 0);
    expect(answer.records[0]!.headers).toEqual({ once: '1', twice: '2' });
  });
});
