/** Message type numbers of OCPP-J. 5 and 6 exist from 2.1 on. */
export const MESSAGE_TYPE = { CALL: 2, CALLRESULT: 3, CALLERROR: 4, CALLRESULTERROR: 5, SEND: 6 } as const;

export type Frame = CallFrame | CallResultFrame | CallErrorFrame | CallResultErrorFrame | SendFrame;

export interface CallFrame {
  type: 'CALL';
  messageId: string;
  action: string;
  payload: unknown;
}

export interface CallResultFrame {
  type: 'CALLRESULT';
  messageId: string;
  payload: unknown;
}

export interface CallErrorFrame extends ErrorBody {
  type: 'CALLERROR';
}

/** 2.1: the answer to a CALLRESULT that could not be used. */
export interface CallResultErrorFrame extends ErrorBody {
  type: 'CALLRESULTERROR';
}

/** 2.1: a message that is not answered. */
export interface SendFrame {
  type: 'SEND';
  messageId: string;
  action: string;
  payload: unknown;
}

interface ErrorBody {
  messageId: string;
  /** As on the wire; `canonicalErrorCode` reads both spellings. */
  errorCode: string;
  errorDescription: string;
  errorDetails: unknown;
}
