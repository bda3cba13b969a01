import { heartbeatText, METER_START_WH, meterValuesText, PreparedCall } from './prepared-call';
import { clientHeaderLength, MASK } from './websocket-frames';

const CALLRESULT = '3'.charCodeAt(0);
const timestamp = Buffer.from('2026-11-23T01:15:00.123Z', 'latin1');

function textOf(frame: Buffer, length: number): string {
  const payload = Buffer.from(frame.subarray(clientHeaderLength(length)));
  for (let at = 0; at < payload.length; at++) payload[at] = (payload[at] as number) ^ (MASK[at & 3] as number);
  return payload.toString('latin1');
}

describe('the MeterValues CALL', () => {
  it.each([1, 2_147_483_647])('has 430 bytes with transaction %i', (transactionId) => {
    expect(meterValuesText(transactionId)).toHaveLength(430);
    const [, , action, payload] = JSON.parse(meterValuesText(transactionId));
    expect(action).toBe('MeterValues');
    expect(payload.transactionId).toBe(transactionId);
    expect(Number(payload.meterValue[0].sampledValue[1].value)).toBeCloseTo(49873.6, 0);
  });
});

describe('a prepared CALL', () => {
  it('is another message each time: id, timestamp and register', () => {
    const call = new PreparedCall(meterValuesText(42));
    const first = JSON.parse(textOf(call.next(timestamp), 430));
    const second = JSON.parse(textOf(call.next(Buffer.from('2026-11-23T01:15:00.124Z')), 430));
    expect(first[1]).not.toBe(second[1]);
    expect(first[1]).toHaveLength(36);
    expect(first[3].meterValue[0].timestamp).toBe('2026-11-23T01:15:00.123Z');
    expect(second[3].meterValue[0].timestamp).toBe('2026-11-23T01:15:00.124Z');
    expect(first[3].meterValue[0].sampledValue[0].value).toBe(String(METER_START_WH + 1));
    expect(second[3].meterValue[0].sampledValue[0].value).toBe(String(METER_START_WH + 2));
  });

  it('needs no timestamp in a Heartbeat', () => {
    const call = new PreparedCall(heartbeatText());
    expect(JSON.parse(textOf(call.next(timestamp), heartbeatText().length))).toEqual([
      2,
      expect.stringMatching(/-000000000001$/),
      'Heartbeat',
      {},
    ]);
  });

  it('knows its own answer from an error, from another type and from an older one', () => {
    const call = new PreparedCall(heartbeatText());
    const answers = (text: string) => call.isAnswer(Buffer.from(text), 0, text.length, CALLRESULT);
    const id = () => JSON.parse(textOf(call.frame, heartbeatText().length))[1] as string;
    call.next(timestamp);
    const old = id();
    expect(answers(`[3,"${old}",{}]`)).toBe(true);
    expect(answers(`[4,"${old}","InternalError","",{}]`)).toBe(false);
    expect(answers('[3,"x",{}]')).toBe(false);
    call.next(timestamp);
    expect(answers(`[3,"${old}",{}]`)).toBe(false);
    expect(answers(`[3,"${id()}",{}]`)).toBe(true);
  });
});
