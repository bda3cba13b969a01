import { randomUUID } from 'node:crypto';
import { OcppError } from '../errors';
import { encodeError, encodeFrame } from '../framing/encode-frame';
import type { CallFrame, Frame, SendFrame } from '../framing/frame';
import { parseFrame } from '../framing/parse-frame';
import { messageInfo } from '../messages';
import { accept } from '../validation/accept';
import type { Deviation } from '../validation/deviation';
import { InboundCalls } from './inbound-calls';
import { OutboundCalls, type OutboundCall } from './outbound-calls';
import { CallError } from './peer-errors';
import type { CallOutcome, FrameInfo, InboundCall, ProtocolViolation, RpcPeerOptions } from './peer-options';

export interface CallOptions {
  timeoutMs?: number;
  signal?: AbortSignal;
  messageId?: string;
  /** False sends a payload as it is, without looking at its schema. */
  validate?: boolean;
  onSent?: () => void;
}

interface Unhandled {
  frame: CallFrame | SendFrame;
  raw: string;
  receivedAtMs: number;
}

const NO_DEVIATIONS: readonly Deviation[] = [];

/** One end of an OCPP-J connection, whichever: correlates, validates, keeps order, applies backpressure. */
export class RpcPeer {
  private readonly inbound: InboundCalls<Unhandled>;
  private readonly outbound: OutboundCalls;
  private readonly version;
  private readonly socket;
  private readonly mode: 'strict' | 'lenient';
  private isClosed = false;

  constructor(private readonly options: RpcPeerOptions) {
    this.version = options.version;
    this.socket = options.socket;
    this.mode = options.mode ?? 'lenient';
    this.inbound = new InboundCalls(
      options.socket,
      options.maxQueuedInbound ?? 32,
      (item) => this.handle(item),
      options.mustWait,
    );
    const write = (text: string, call: OutboundCall) => {
      this.log('OUT', 'CALL', call.action, call.messageId, text, true, NO_DEVIATIONS);
      this.socket.send(text);
    };
    const { maxQueuedOutbound = 16 } = options;
    this.outbound = new OutboundCalls(options.version, maxQueuedOutbound, write, () => this.inbound.isHeld);
  }

  /** Feed every message of the socket here, in order. Never throws. */
  receive(data: string | Buffer, isBinary = false): void {
    if (this.isClosed) return;
    if (isBinary) return this.violation('BinaryFrame', 'OCPP-J messages are text frames; a binary one was dropped');
    const text = typeof data === 'string' ? data : data.toString('utf8');
    const parsed = parseFrame(text, this.version, this.options.maxFrameLength);
    if (parsed.ok) return this.dispatch(parsed.frame, text);
    this.log('IN', 'UNREADABLE', null, parsed.messageId, text, false, NO_DEVIATIONS);
    this.violation('UnreadableFrame', parsed.error.description);
    if (parsed.isAnswer && parsed.messageId !== null) this.refuseAnswer(parsed.messageId, parsed.error);
    if (parsed.replyWith !== null) {
      this.log('OUT', 'CALLERROR', null, parsed.messageId, parsed.replyWith, true, NO_DEVIATIONS);
      this.write(parsed.replyWith);
    }
  }

  /**
   * Sends a CALL when the ones before it are answered.
   * @returns the answer's payload, validated.
   * @throws OcppError for an invalid payload of our own or, in strict mode, of the answer; CallError, CallTimeoutError,
   * PeerClosedError, OutboundQueueFullError, CallAbortedError.
   */
  async call(
    action: string,
    payload: unknown,
    options: CallOptions = {},
  ): Promise<{ payload: unknown; deviations: readonly Deviation[] }> {
    if (options.validate !== false) this.checkOwn(action, payload);
    if (messageInfo(this.version, action)?.rpc === 'SEND') throw sentAs(action, 'CALL');
    const answer = await this.outbound.call({
      messageId: options.messageId ?? this.options.newMessageId?.() ?? randomUUID(),
      action,
      payload,
      timeoutMs: options.timeoutMs ?? this.options.callTimeoutMs ?? 30_000,
      ...(options.signal ? { signal: options.signal } : {}),
      ...(options.onSent ? { onSent: options.onSent } : {}),
    });
    return answer as { payload: unknown; deviations: readonly Deviation[] };
  }

  /** 2.1: sends a message that is not answered. @throws OcppError */
  send(action: string, payload: unknown, messageId = this.options.newMessageId?.() ?? randomUUID()): void {
    if (this.version !== '2.1') throw new OcppError('NotSupported', `OCPP ${this.version} has no SEND`);
    this.checkOwn(action, payload);
    if (messageInfo(this.version, action)?.rpc !== 'SEND') throw sentAs(action, 'SEND');
    const text = encodeFrame({ type: 'SEND', messageId, action, payload }, this.version);
    this.log('OUT', 'SEND', action, messageId, text, true, NO_DEVIATIONS);
    this.write(text);
  }

  /** The socket is gone. CALLs that came before are still handled; their answers go nowhere. */
  closed(reason = 'the socket closed'): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.outbound.closed(reason);
  }

  /** Forgets CALLs that wait to be handled: nobody will get their answers and they will come again. */
  discardQueued(): void {
    this.inbound.stop();
  }

  /** Whether CALLs wait for `release` because of `mustWait`. The socket is not read meanwhile. */
  get isHeld(): boolean {
    return this.inbound.isHeld;
  }

  /** Handles the CALLs that had to wait, in order, and reads on, unless they must wait again. */
  release(): void {
    this.inbound.release();
  }

  /** Resolves when every CALL that came has been answered. */
  drain(): Promise<void> {
    return this.inbound.idle();
  }

  private dispatch(frame: Frame, raw: string): void {
    switch (frame.type) {
      case 'CALL':
      case 'SEND': {
        const receivedAtMs = this.options.nowMs?.() ?? Date.now();
        if (this.inbound.push({ frame, raw, receivedAtMs })) return;
        this.violation('TooManyCalls', 'thousands of CALLs were sent without waiting for an answer');
        return this.socket.close(1008, 'too many CALLs at once');
      }
      case 'CALLRESULT':
        return this.result(frame.messageId, frame.payload, raw);
      case 'CALLERROR':
        return this.error(frame, raw);
      case 'CALLRESULTERROR':
        this.log('IN', frame.type, null, frame.messageId, raw, true, NO_DEVIATIONS);
        return this.violation('CallResultError', `${frame.errorCode}: ${frame.errorDescription}`);
    }
  }

  /** Synchronous when the handler is: the hot path takes no promise. */
  private handle({ frame, raw, receivedAtMs }: Unhandled): void | Promise<void> {
    const { action, messageId } = frame;
    const refusal = this.refusal(frame);
    if (refusal) {
      this.log('IN', frame.type, action, messageId, raw, false, NO_DEVIATIONS);
      return this.answer(frame, { kind: 'error', error: refusal });
    }
    const accepted = accept(this.version, action, 'request', frame.payload, this.mode);
    this.log(
      'IN',
      frame.type,
      action,
      messageId,
      raw,
      accepted.ok && accepted.deviations.length === 0,
      accepted.deviations,
    );
    const payload = accepted.ok ? accepted.payload : frame.payload;
    const call = { messageId, action, payload, raw, deviations: accepted.deviations, receivedAtMs };
    try {
      const outcome = accepted.ok ? this.ask(frame.type, call) : this.askAboutInvalid(frame.type, call, accepted.error);
      if (!(outcome instanceof Promise)) return this.answer(frame, outcome ?? { kind: 'none' });
      // An answer that cannot be written is the handler's bug too.
      return outcome
        .then((later) => this.answer(frame, later ?? { kind: 'none' }))
        .catch((error: unknown) => this.answer(frame, this.failed(error, call)));
    } catch (error) {
      return this.answer(frame, this.failed(error, call));
    }
  }

  private ask(type: 'CALL' | 'SEND', call: InboundCall) {
    return type === 'SEND' ? this.options.onSend?.(call) : this.options.onCall(call);
  }

  private askAboutInvalid(type: 'CALL' | 'SEND', call: InboundCall, error: OcppError) {
    const outcome = type === 'CALL' && this.mode === 'lenient' ? this.options.onInvalidCall?.(call, error) : null;
    return outcome ?? ({ kind: 'error', error } as const);
  }

  private refusal({ type, action }: CallFrame | SendFrame): OcppError | undefined {
    const info = messageInfo(this.version, action);
    if (!info) return new OcppError('NotImplemented', `OCPP ${this.version} has no action ${action.slice(0, 60)}`);
    // 2.1 part 4 §4.2: a SEND has no answer, so whoever waits for one, or for none, has the wrong message.
    if (info.rpc !== type) return sentAs(action, type);
    const { role } = this.options;
    const wrongWay =
      (role === 'CSMS' && info.direction === 'CSMS->CS') || (role === 'CS' && info.direction === 'CS->CSMS');
    return wrongWay ? new OcppError('NotSupported', `${action} goes the other way (${info.direction})`) : undefined;
  }

  private failed(error: unknown, call: InboundCall): CallOutcome {
    if (error instanceof OcppError) return { kind: 'error', error };
    this.options.onHandlerError?.(error, call);
    return { kind: 'error', error: new OcppError('InternalError', `${call.action} could not be handled`) };
  }

  private answer(frame: CallFrame | SendFrame, outcome: CallOutcome): void {
    if (outcome.kind === 'none' || frame.type === 'SEND' || this.isClosed) return;
    const { messageId, action } = frame;
    const text =
      outcome.kind === 'result'
        ? encodeFrame({ type: 'CALLRESULT', messageId, payload: outcome.payload }, this.version)
        : encodeError('CALLERROR', messageId, outcome.error, this.version);
    this.log(
      'OUT',
      outcome.kind === 'result' ? 'CALLRESULT' : 'CALLERROR',
      action,
      messageId,
      text,
      true,
      NO_DEVIATIONS,
    );
    this.write(text);
  }

  private result(messageId: string, payload: unknown, raw: string): void {
    const action = this.outbound.actionOf(messageId);
    const taken = this.outbound.take(messageId);
    if (!('settle' in taken)) return this.unexpected(taken.none, 'CALLRESULT', messageId, raw);
    const known = action !== null && messageInfo(this.version, action) !== undefined;
    const accepted = known
      ? accept(this.version, action, 'response', payload, this.mode)
      : ({ ok: true, payload, deviations: NO_DEVIATIONS } as const);
    this.log(
      'IN',
      'CALLRESULT',
      action,
      messageId,
      raw,
      accepted.ok && accepted.deviations.length === 0,
      accepted.deviations,
    );
    if (accepted.ok) return taken.settle.resolve({ payload: accepted.payload, deviations: accepted.deviations });
    this.violation('InvalidResult', accepted.error.description);
    if (this.version === '2.1') this.write(encodeError('CALLRESULTERROR', messageId, accepted.error, this.version));
    taken.settle.reject(accepted.error);
  }

  /** What came as the answer is none, and no other will come: waiting for the timeout would only hold up the next CALL. */
  private refuseAnswer(messageId: string, error: OcppError): void {
    const taken = this.outbound.take(messageId);
    if ('settle' in taken) taken.settle.reject(error);
  }

  private error(frame: Extract<Frame, { type: 'CALLERROR' }>, raw: string): void {
    const taken = this.outbound.take(frame.messageId);
    if (!('settle' in taken)) return this.unexpected(taken.none, 'CALLERROR', frame.messageId, raw);
    const { action } = taken.settle;
    this.log('IN', 'CALLERROR', action, frame.messageId, raw, true, NO_DEVIATIONS);
    taken.settle.reject(new CallError(action, frame.errorCode, frame.errorDescription, frame.errorDetails));
  }

  private unexpected(why: 'late' | 'unsolicited', type: FrameInfo['type'], messageId: string, raw: string): void {
    this.log('IN', type, null, messageId, raw, false, NO_DEVIATIONS);
    if (why === 'late') this.violation('LateResult', `the answer to ${messageId} came after its timeout`);
    else this.violation('UnsolicitedResult', `nothing waits for an answer to ${messageId.slice(0, 60)}`);
  }

  /** @throws OcppError when our own payload breaks the schema. */
  private checkOwn(action: string, payload: unknown): void {
    if (!messageInfo(this.version, action)) {
      throw new OcppError('NotImplemented', `OCPP ${this.version} has no action ${action}`);
    }
    const accepted = accept(this.version, action, 'request', payload, 'strict');
    if (!accepted.ok) throw accepted.error;
  }

  private write(text: string): void {
    this.socket.send(text, () => this.inbound.throttle());
    if (this.socket.bufferedAmount > 0) this.inbound.throttle();
  }

  private violation(violation: ProtocolViolation, detail: string): void {
    try {
      this.options.onProtocolViolation?.(violation, detail);
    } catch (error) {
      this.options.onListenerError?.(error);
    }
  }

  private log(
    direction: FrameInfo['direction'],
    type: FrameInfo['type'],
    action: string | null,
    messageId: string | null,
    raw: string,
    valid: boolean,
    deviations: readonly Deviation[],
  ): void {
    try {
      this.options.onFrame?.({ direction, type, action, messageId, raw, valid, deviations });
    } catch (error) {
      this.options.onListenerError?.(error);
    }
  }
}

function sentAs(action: string, type: 'CALL' | 'SEND'): OcppError {
  return new OcppError('ProtocolError', `${action} is no ${type} but a ${type === 'CALL' ? 'SEND' : 'CALL'}`);
}
