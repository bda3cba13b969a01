import type { ExpectedSession } from '@chargestream/charger-sim';
import type { StoredRecord } from '@chargestream/event-bus';
import { brokenOrder, doubledEvents } from './order';

let offset = 0;
function record(id: string, type: string, data: object): StoredRecord {
  return {
    topic: 'csms.charger-events.v1',
    partition: 0,
    offset: offset++,
    key: 'default/A',
    value: Buffer.from(JSON.stringify({ id, type, chargerId: 'A', data })),
    headers: { ce_id: id },
    storedAtMs: 0,
  };
}
const seq = (seqNo: number, id = `seq-${seqNo}`) => record(id, 'TransactionReported', { transactionId: 'tx', seqNo });
const meter = (timestamp: string) =>
  record(timestamp, 'MeterValuesReported', { transactionId: '7', samples: [{ timestamp }] });
const expected = {
  chargerId: 'A',
  transactionId: 7,
  sampleTimestamps: ['t1', 't2', 't3'],
} as unknown as ExpectedSession;

describe('the order on the bus', () => {
  it('is kept when a report comes again, also late', () => {
    expect(brokenOrder([expected], [seq(0), seq(1), seq(0), seq(2), meter('t1'), meter('t2'), meter('t1')])).toEqual(
      [],
    );
  });

  it('is broken by a seqNo that comes too late', () => {
    expect(brokenOrder([expected], [seq(0), seq(2), seq(1)])).toEqual(['A tx: seqNo 0 2 1']);
  });

  it('is broken by a sample that comes too late', () => {
    expect(brokenOrder([expected], [meter('t2'), meter('t1')])).toEqual(['A 7: samples 1 0']);
  });

  it('notices the same event twice', () => {
    expect(doubledEvents([seq(0), seq(1)])).toEqual([]);
    expect(doubledEvents([seq(0), seq(1), seq(1)])).toEqual(['seq-1: 2 times']);
  });
});
