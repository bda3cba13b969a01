import { OcppError } from '../errors';
import { CallError, CallTimeoutError, OutboundQueueFullError, PeerClosedError } from './peer-errors';
import type { CallOutcome, InboundCall, PeerSocket, RpcPeerOptions } from './peer-options';
import { RpcPeer } from './rpc-peer';

class FakeSocket implements PeerSocket {
  readonly sent: string[] = [];
  closedWith: [number, string] | undefined;
  paused = false;
  bufferedAmount = 0;
  send(text: string, done?: () => void): void {
    this.sent.push(text);
    done?.();
  }
  close(code: number, reason: string): void {
    this.closedWith = [code, reason];
  }
  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
  }
}

const NOW = '2026-01-01T00:00:00.000Z';
const heartbeat = (id: string) => `[2,"${id}","Heartbeat",{}]`;
const answered = (): CallOutcome => ({ kind: 'result', payload: { currentTime: NOW } });

function peer(options: Partial<RpcPeerOptions> = {}) {
  const socket = new FakeSocket();
  const violations: string[] = [];
  let ids = 0;
  const rpc = new RpcPeer({
    version: '1.6',
    socket,
    onCall: answered,
    newMessageId: () => `m${++ids}`,
    onProtocolViolation: (violation) => violations.push(violation),
    ...options,
  });
  return { rpc, socket, violations };
}

/** A handler whose answers the test gives when it wants to. */
function manualHandler() {
  const calls: { call: InboundCall; answer: () => void }[] = [];
  const onCall = (call: InboundCall) =>
    new Promise<CallOutcome>((resolve) => calls.push({ call, answer: () => resolve(answered()) }));
  return { calls, onCall };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('CALLs that come in', () => {
  it('are answered at once when the handler answers at once', () => {
    const { rpc, socket } = peer();
    rpc.receive(heartbeat('1'));
    rpc.receive(Buffer.from(heartbeat('2')));
    expect(socket.sent).toEqual([`[3,"1",{"currentTime":"${NOW}"}]`, `[3,"2",{"currentTime":"${NOW}"}]`]);
  });

  it('are handled one after the other, in order, when pipelined; a repeated messageId is handled again', async () => {
    const { calls, onCall } = manualHandler();
    const { rpc, socket } = peer({ onCall });
    for (const id of ['1', '2', '2']) rpc.receive(heartbeat(id));
    expect(calls).toHaveLength(1);
    for (let n = 0; n < 3; n++) {
      calls[n]?.answer();
      await settled();
    }
    expect(socket.sent.map((text) => JSON.parse(text)[1])).toEqual(['1', '2', '2']);
  });

  it('pause the socket when too many wait and resume it when they are handled', async () => {
    const { calls, onCall } = manualHandler();
    const { rpc, socket } = peer({ onCall, maxQueuedInbound: 4 });
    for (let n = 0; n < 5; n++) rpc.receive(heartbeat(String(n)));
    expect(socket.paused).toBe(true);
    for (let n = 0; n < 5; n++) {
      calls[n]?.answer();
      await settled();
    }
    expect(socket.paused).toBe(false);
    expect(socket.sent).toHaveLength(5);
  });

  it('pause the socket when the other side does not read its answers', () => {
    const { rpc, socket } = peer();
    socket.bufferedAmount = 2 * 1024 * 1024;
    rpc.receive(heartbeat('1'));
    expect(socket.paused).toBe(true);
  });

  it('wait with the socket paused while they must, and are handled in order when released', async () => {
    const { calls, onCall } = manualHandler();
    const gate = { shut: false };
    const { rpc, socket } = peer({ onCall, maxQueuedInbound: 4, mustWait: () => gate.shut });
    rpc.receive(heartbeat('1'));
    gate.shut = true;
    for (const id of ['2', '3', '4', '5', '6']) rpc.receive(heartbeat(id));
    calls[0]?.answer();
    await settled();
    expect([calls.length, rpc.isHeld, socket.paused]).toEqual([1, true, true]);
    rpc.release(); // too early: it has to wait again
    expect([calls.length, rpc.isHeld, socket.paused]).toEqual([1, true, true]);
    gate.shut = false;
    rpc.release();
    expect(rpc.isHeld).toBe(false);
    expect(socket.paused).toBe(true); // four still wait: the peer's own limit
    for (let n = 1; n < 6; n++) {
      calls[n]?.answer();
      await settled();
    }
    expect(socket.paused).toBe(false);
    expect(socket.sent.map((text) => JSON.parse(text)[1])).toEqual(['1', '2', '3', '4', '5', '6']);
  });

  it('that wait are no reason to read on when answers have left, and hold up drain', async () => {
    const gate = { shut: true };
    const { rpc, socket } = peer({ mustWait: () => gate.shut });
    rpc.receive(heartbeat('1'));
    void rpc.call('ClearCache', {}).catch(() => undefined);
    expect(socket.paused).toBe(true);
    const drained = rpc.drain();
    gate.shut = false;
    rpc.release();
    await drained;
    expect(socket.paused).toBe(false);
    expect(socket.sent).toHaveLength(2);
    rpc.closed();
  });

  it('cut off a sender of thousands', () => {
    const { rpc, socket, violations } = peer({ onCall: manualHandler().onCall });
    for (let n = 0; n < 5000; n++) rpc.receive(heartbeat(String(n)));
    expect(violations).toContain('TooManyCalls');
    expect(socket.closedWith?.[0]).toBe(1008);
  });

  it('are refused when unknown, going the wrong way, or broken', () => {
    const { rpc, socket } = peer({ role: 'CSMS', mode: 'strict' });
    rpc.receive('[2,"1","MakeCoffee",{}]');
    rpc.receive('[2,"2","Reset",{"type":"Soft"}]');
    rpc.receive('[2,"3","Authorize",{}]');
    expect(socket.sent.map((text) => JSON.parse(text).slice(0, 3))).toEqual([
      [4, '1', 'NotImplemented'],
      [4, '2', 'NotSupported'],
      [4, '3', 'OccurenceConstraintViolation'],
    ]);
  });

  it("turn a handler's OcppError into a CALLERROR and its bugs into InternalError", async () => {
    const bugs: unknown[] = [];
    const onCall = ({ messageId }: InboundCall): Promise<CallOutcome> => {
      if (messageId === '1') throw new OcppError('SecurityError', 'not you');
      return Promise.reject(new Error('a bug'));
    };
    const { rpc, socket } = peer({ onCall, onHandlerError: (error) => bugs.push(error) });
    rpc.receive(heartbeat('1'));
    rpc.receive(heartbeat('2'));
    await rpc.drain();
    expect(socket.sent.map((text) => JSON.parse(text).slice(0, 3))).toEqual([
      [4, '1', 'SecurityError'],
      [4, '2', 'InternalError'],
    ]);
    expect(socket.sent[1]).not.toContain('a bug');
    expect(bugs).toHaveLength(1);
  });

  it('are answered InternalError when the answer cannot be written, and the next one is handled', async () => {
    const circular: Record<string, unknown> = {};
    circular['itself'] = circular;
    const onCall = async ({ messageId }: InboundCall): Promise<CallOutcome> => ({
      kind: 'result',
      payload: messageId === '1' ? circular : {},
    });
    const { rpc, socket } = peer({ onCall });
    rpc.receive(heartbeat('1'));
    rpc.receive(heartbeat('2'));
    await rpc.drain();
    expect(socket.sent.map((text) => JSON.parse(text).slice(0, 3))).toEqual([
      [4, '1', 'InternalError'],
      [3, '2', {}],
    ]);
  });

  it('say nothing when told so, and nothing after the socket closed, but are still handled', async () => {
    const { calls, onCall } = manualHandler();
    const { rpc, socket } = peer({ onCall });
    rpc.receive(heartbeat('1'));
    rpc.receive(heartbeat('2'));
    rpc.closed();
    calls[0]?.answer();
    await settled();
    calls[1]?.answer();
    await rpc.drain();
    expect(calls).toHaveLength(2);
    expect(socket.sent).toEqual([]);
  });

  it('are logged with their answers', () => {
    const frames: string[] = [];
    const { rpc } = peer({
      onFrame: ({ direction, type, action, valid }) => frames.push(`${direction} ${type} ${action} ${valid}`),
    });
    rpc.receive(heartbeat('1'));
    rpc.receive('rubbish');
    expect(frames).toEqual(['IN CALL Heartbeat true', 'OUT CALLRESULT Heartbeat true', 'IN UNREADABLE null false']);
  });
});

describe('CALLs that go out', () => {
  const reset = { type: 'Soft' };

  it('wait for each other: one outstanding at a time, in order', async () => {
    const { rpc, socket } = peer();
    const answers = [rpc.call('Reset', reset), rpc.call('ClearCache', {})];
    expect(socket.sent).toEqual(['[2,"m1","Reset",{"type":"Soft"}]']);
    rpc.receive('[3,"m1",{"status":"Accepted"}]');
    await settled();
    expect(socket.sent).toHaveLength(2);
    rpc.receive('[3,"m2",{"status":"Rejected"}]');
    expect((await Promise.all(answers)).map(({ payload }) => payload)).toEqual([
      { status: 'Accepted' },
      { status: 'Rejected' },
    ]);
  });

  it('do not wait for CALLs that come in, nor the other way round', async () => {
    const { calls, onCall } = manualHandler();
    const { rpc, socket } = peer({ onCall });
    rpc.receive(heartbeat('1'));
    const answer = rpc.call('Reset', reset);
    expect(socket.sent).toHaveLength(1);
    rpc.receive('[3,"m1",{"status":"Accepted"}]');
    await answer;
    calls[0]?.answer();
    await rpc.drain();
    expect(socket.sent[1]).toMatch(/^\[3,"1"/);
  });

  it('reject with what the other side answered', async () => {
    const { rpc } = peer();
    const answer = rpc.call('Reset', reset);
    rpc.receive('[4,"m1","FormationViolation","no","x"]');
    await expect(answer).rejects.toMatchObject({
      code: 'FormatViolation',
      spelled: 'FormationViolation',
      description: 'no',
    });
    await expect(answer).rejects.toBeInstanceOf(CallError);
  });

  it('time out, go on with the next, and know a late answer from an unsolicited one', async () => {
    const { rpc, socket, violations } = peer();
    const late = rpc.call('Reset', reset, { timeoutMs: 1 });
    const next = rpc.call('ClearCache', {});
    await expect(late).rejects.toBeInstanceOf(CallTimeoutError);
    await settled();
    expect(socket.sent[1]).toContain('ClearCache');
    rpc.receive('[3,"m1",{"status":"Accepted"}]');
    rpc.receive('[3,"zzz",{}]');
    rpc.receive('[3,"m2",{"status":"Accepted"}]');
    rpc.receive('[3,"m2",{"status":"Accepted"}]');
    await next;
    expect(violations).toEqual(['LateResult', 'UnsolicitedResult', 'UnsolicitedResult']);
  });

  it('do not time out while the answer cannot be read', async () => {
    const gate = { shut: true };
    const { rpc } = peer({ mustWait: () => gate.shut });
    rpc.receive(heartbeat('1'));
    const answer = rpc.call('Reset', reset, { timeoutMs: 1 });
    await new Promise((resolve) => setTimeout(resolve, 5)); // its timeout has come
    gate.shut = false;
    rpc.release();
    rpc.receive('[3,"m1",{"status":"Accepted"}]');
    await expect(answer).resolves.toMatchObject({ payload: { status: 'Accepted' } });
  });

  it('are refused beyond the queue', async () => {
    const { rpc } = peer({ maxQueuedOutbound: 1 });
    const waiting = [rpc.call('Reset', reset), rpc.call('Reset', reset)];
    await expect(rpc.call('Reset', reset)).rejects.toBeInstanceOf(OutboundQueueFullError);
    rpc.closed('gone');
    for (const [index, call] of waiting.entries()) await expect(call).rejects.toMatchObject({ sent: index === 0 });
    await expect(rpc.call('Reset', reset)).rejects.toBeInstanceOf(PeerClosedError);
  });

  it('are checked against their schema before they leave, and answers when they come', async () => {
    const { rpc, socket, violations } = peer({ mode: 'strict' });
    await expect(rpc.call('Reset', { type: 'Gentle' })).rejects.toBeInstanceOf(OcppError);
    expect(socket.sent).toEqual([]);
    const answer = rpc.call('Reset', reset);
    rpc.receive('[3,"m1",{"status":"Perhaps"}]');
    await expect(answer).rejects.toBeInstanceOf(OcppError);
    expect(violations).toEqual(['InvalidResult']);
  });

  it('can be given up', async () => {
    const { rpc, socket } = peer();
    const [sent, queued] = [new AbortController(), new AbortController()];
    const first = rpc.call('Reset', reset, { signal: sent.signal });
    const second = rpc.call('Reset', reset, { signal: queued.signal });
    const third = rpc.call('ClearCache', {});
    queued.abort();
    sent.abort();
    await expect(first).rejects.toMatchObject({ sent: true });
    await expect(second).rejects.toMatchObject({ sent: false });
    await settled();
    expect(socket.sent[1]).toContain('ClearCache');
    rpc.receive('[3,"m3",{"status":"Accepted"}]');
    await third;
  });
});

describe('other frames', () => {
  it('binary ones are dropped and told', () => {
    const { rpc, socket, violations } = peer();
    rpc.receive(Buffer.from(heartbeat('1')), true);
    expect(socket.sent).toEqual([]);
    expect(violations).toEqual(['BinaryFrame']);
  });

  it('2.1: SEND goes without an answer, both ways; an unusable answer is told by CALLRESULTERROR', async () => {
    const sends: InboundCall[] = [];
    const { rpc, socket } = peer({ version: '2.1', mode: 'strict', onSend: (call) => void sends.push(call) });
    const stream = { id: 1, pending: 0, basetime: NOW, data: [{ t: 0, v: '1' }] };
    rpc.send('NotifyPeriodicEventStream', stream);
    rpc.receive(JSON.stringify([6, 'x', 'NotifyPeriodicEventStream', stream]));
    expect(sends).toHaveLength(1);
    expect(socket.sent).toEqual([JSON.stringify([6, 'm1', 'NotifyPeriodicEventStream', stream])]);
    const answer = rpc.call('Reset', { type: 'Immediate' });
    rpc.receive('[3,"m2",{"status":7}]');
    await expect(answer).rejects.toBeInstanceOf(OcppError);
    expect(socket.sent.at(-1)).toMatch(/^\[5,"m2","TypeConstraintViolation"/);
    expect(() => peer().rpc.send('Heartbeat', {})).toThrow(OcppError);
  });

  it('an answer without payload ends its CALL at once, and the next one goes out', async () => {
    const { rpc, socket } = peer();
    const first = rpc.call('ClearCache', {}, { messageId: 'a' });
    const second = rpc.call('ClearCache', {}, { messageId: 'b' });
    rpc.receive('[3,"a"]');
    await expect(first).rejects.toMatchObject({ code: 'FormatViolation' });
    rpc.receive('[3,"b",{"status":"Accepted"}]');
    await expect(second).resolves.toMatchObject({ payload: { status: 'Accepted' } });
    expect(socket.sent).toHaveLength(2);
  });

  it('a listener that throws holds up nothing', async () => {
    const thrown: unknown[] = [];
    const broken = () => {
      throw new Error('broken listener');
    };
    const { rpc, socket } = peer({
      onFrame: broken,
      onProtocolViolation: broken,
      onListenerError: (error) => thrown.push(error),
    });
    rpc.receive(heartbeat('1'));
    rpc.receive('no json');
    expect(socket.sent).toEqual([`[3,"1",{"currentTime":"${NOW}"}]`]);
    expect(thrown.length).toBeGreaterThanOrEqual(4);
  });

  it('2.1: what is a SEND is no CALL, and the other way round', async () => {
    const onSend = jest.fn();
    const { rpc, socket } = peer({ version: '2.1', onSend });
    const data = { id: 1, pending: 0, basetime: NOW, data: [{ t: 0, v: '1' }] };
    rpc.receive(JSON.stringify([2, '1', 'NotifyPeriodicEventStream', data]));
    expect(JSON.parse(socket.sent[0] ?? '').slice(0, 3)).toEqual([4, '1', 'ProtocolError']);
    rpc.receive('[6,"2","Heartbeat",{}]');
    rpc.receive(JSON.stringify([6, '3', 'NotifyPeriodicEventStream', data]));
    expect(onSend).toHaveBeenCalledTimes(1);
    expect(socket.sent).toHaveLength(1);
    expect(() => rpc.send('Heartbeat', {})).toThrow('is no SEND');
    await expect(rpc.call('NotifyPeriodicEventStream', data)).rejects.toMatchObject({ code: 'ProtocolError' });
  });

  it('a CALL that cannot be made valid may be answered all the same; in strict mode it is refused', () => {
    const onInvalidCall = () => ({ kind: 'result', payload: {} }) as const;
    const lenient = peer({ version: '2.0.1', onInvalidCall });
    lenient.rpc.receive('[2,"1","TransactionEvent",{"seqNo":"?"}]');
    expect(lenient.socket.sent).toEqual(['[3,"1",{}]']);
    const strict = peer({ version: '2.0.1', onInvalidCall, mode: 'strict' });
    strict.rpc.receive('[2,"1","TransactionEvent",{"seqNo":"?"}]');
    expect(JSON.parse(strict.socket.sent[0] ?? '').slice(0, 2)).toEqual([4, '1']);
  });
});
