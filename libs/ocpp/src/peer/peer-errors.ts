import { canonicalErrorCode, type OcppErrorCode } from '../errors';

/** The other side answered with a CALLERROR. */
export class CallError extends Error {
  /** Canonical; `spelled` is what stood on the wire. */
  readonly code: OcppErrorCode;
  constructor(
    readonly action: string,
    readonly spelled: string,
    readonly description: string,
    readonly details: unknown,
  ) {
    super(`${action} was answered ${spelled}${description ? `: ${description}` : ''}`);
    this.name = 'CallError';
    this.code = canonicalErrorCode(spelled);
  }
}

/** No answer in time. Whether the other side acted on the CALL is not known. */
export class CallTimeoutError extends Error {
  constructor(
    readonly action: string,
    readonly timeoutMs: number,
  ) {
    super(`${action} was not answered within ${timeoutMs} ms`);
    this.name = 'CallTimeoutError';
  }
}

/** The socket is gone. `sent` tells whether the CALL had left. */
export class PeerClosedError extends Error {
  constructor(
    readonly action: string,
    readonly sent: boolean,
    reason: string,
  ) {
    super(`The connection closed ${sent ? 'before the answer to' : 'before it could send'} ${action}: ${reason}`);
    this.name = 'PeerClosedError';
  }
}

/** Too many CALLs wait behind the outstanding one. */
export class OutboundQueueFullError extends Error {
  constructor(
    readonly action: string,
    readonly limit: number,
  ) {
    super(`${action} was not sent: ${limit} messages wait for this peer already`);
    this.name = 'OutboundQueueFullError';
  }
}

/** The caller gave up (AbortSignal). `sent` tells whether the CALL had left. */
export class CallAbortedError extends Error {
  constructor(
    readonly action: string,
    readonly sent: boolean,
  ) {
    super(`${action} was given up ${sent ? 'while waiting for its answer' : 'before it was sent'}`);
    this.name = 'CallAbortedError';
  }
}
