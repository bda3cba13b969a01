import type { OcppError } from '../errors';
import type { Deviation } from '../validation/deviation';
import type { OcppVersion } from '../versions';

/** What the peer needs of a socket; `ws` fits with a few lines. */
export interface PeerSocket {
  send(text: string, done?: (error?: Error) => void): void;
  close(code: number, reason: string): void;
  /** Stop reading: the sender is throttled by TCP. */
  pause(): void;
  resume(): void;
  /** Bytes not yet handed to the network. */
  readonly bufferedAmount: number;
}

export interface InboundCall {
  messageId: string;
  action: string;
  /** Validated, and in lenient mode normalised. */
  payload: unknown;
  /** The frame as it came. */
  raw: string;
  deviations: readonly Deviation[];
  receivedAtMs: number;
}

/** `none` says nothing: the socket is about to be closed, and the other side will ask again. */
export type CallOutcome = { kind: 'result'; payload: unknown } | { kind: 'error'; error: OcppError } | { kind: 'none' };

/** One frame, for a message log. */
export interface FrameInfo {
  direction: 'IN' | 'OUT';
  type: 'CALL' | 'CALLRESULT' | 'CALLERROR' | 'CALLRESULTERROR' | 'SEND' | 'UNREADABLE';
  /** Of the CALL, for answers too; null when it is not known. */
  action: string | null;
  messageId: string | null;
  raw: string;
  valid: boolean;
  deviations: readonly Deviation[];
}

export type ProtocolViolation =
  | 'BinaryFrame'
  | 'UnreadableFrame'
  /** An answer to nothing we asked, or a second answer. */
  | 'UnsolicitedResult'
  /** The answer came after its timeout. */
  | 'LateResult'
  | 'InvalidResult'
  | 'CallResultError'
  | 'TooManyCalls';

export interface RpcPeerOptions {
  version: OcppVersion;
  socket: PeerSocket;
  /** Answers a CALL. What it throws is answered InternalError, an OcppError as itself. */
  onCall: (call: InboundCall) => CallOutcome | Promise<CallOutcome>;
  /** 2.1 SEND: there is no answer. */
  onSend?: (call: InboundCall) => void | Promise<void>;
  /**
   * Lenient mode only: answers a CALL whose payload cannot be made valid, for messages that must not be refused. Null: CALLERROR.
   * `call.payload` is what came, unvalidated.
   */
  onInvalidCall?: (call: InboundCall, error: OcppError) => CallOutcome | Promise<CallOutcome> | null;
  /** How inbound payloads are validated (default lenient). */
  mode?: 'strict' | 'lenient';
  /** Which side we are; decides which actions may come in. Absent: both. */
  role?: 'CSMS' | 'CS';
  /** Characters beyond which a frame is refused unread (default 1 MiB). */
  maxFrameLength?: number;
  /** Default 30 000. */
  callTimeoutMs?: number;
  /** CALLs that may wait for their turn before the socket is paused (default 32). */
  maxQueuedInbound?: number;
  /** CALLs of ours that may wait behind the outstanding one (default 16). */
  maxQueuedOutbound?: number;
  /**
   * Asked before each CALL or SEND is handled: true lets it wait, and pauses the socket, until `RpcPeer.release()`. For a limit
   * that all connections share.
   */
  mustWait?: () => boolean;
  newMessageId?: () => string;
  nowMs?: () => number;
  onFrame?: (info: FrameInfo) => void;
  onProtocolViolation?: (violation: ProtocolViolation, detail: string) => void;
  /** What `onFrame` or `onProtocolViolation` threw: the conversation goes on. */
  onListenerError?: (error: unknown) => void;
  /** Bugs of handlers end here as well as in an InternalError. */
  onHandlerError?: (error: unknown, call: InboundCall) => void;
}
