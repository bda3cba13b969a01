import { OcppError, type OcppErrorCode } from '../errors';
import type { OcppVersion } from '../versions';
import { encodeError } from './encode-frame';
import type { Frame } from './frame';
import { NestingError, parseJson, stringifyJson } from './safe-json';

export type ParsedFrame =
  | { ok: true; frame: Frame }
  | {
      ok: false;
      error: OcppError;
      /** Null when it could not be read. */
      messageId: string | null;
      /** It was meant as the answer to the CALL with this messageId, which will get no other. */
      isAnswer?: true;
      /** The exact text to send back; null when the version says to stay silent. */
      replyWith: string | null;
    };

/** OCPP allows 36 characters; longer ones are seen in the field and harmless up to here. */
const LONGEST_MESSAGE_ID = 255;
/** 2.0.1 part 4 §4.2.3 and 2.1: what a CALLERROR answers to when the id cannot be read. */
const UNREADABLE_ID = '-1';

/** Far above any OCPP message, far below what hurts; servers cap frames lower, at the socket. */
export const MAX_FRAME_LENGTH = 1024 * 1024;

/**
 * Reads one text frame. What it carries is not validated here. Never throws.
 * @param maxLength characters beyond which the frame is refused unread.
 */
export function parseFrame(text: string, version: OcppVersion, maxLength = MAX_FRAME_LENGTH): ParsedFrame {
  if (text.length > maxLength) {
    return refused(
      version,
      null,
      'RpcFrameworkError',
      `The frame has ${text.length} characters, at most ${maxLength} are read`,
    );
  }
  let message: unknown;
  try {
    message = parseJson(text);
  } catch (error) {
    const why = error instanceof NestingError ? error.message : 'not JSON';
    return refused(version, null, 'RpcFrameworkError', `The frame is ${why}`);
  }
  if (!Array.isArray(message)) return refused(version, null, 'RpcFrameworkError', 'The frame is not a JSON array');
  const [type, messageId] = message as unknown[];
  if (typeof messageId !== 'string' || messageId.length === 0 || messageId.length > LONGEST_MESSAGE_ID) {
    const why = `The second element must be a messageId of 1 to 36 characters, it is ${shown(messageId)}`;
    return answerable(type) ? refused(version, null, 'RpcFrameworkError', why) : silent(null, 'RpcFrameworkError', why);
  }
  switch (type) {
    case 2:
      return call(message, messageId, version, 'CALL');
    case 6:
      return version === '2.1' ? call(message, messageId, version, 'SEND') : unknownType(version, messageId, type);
    case 3:
      return message.length === 3
        ? { ok: true, frame: { type: 'CALLRESULT', messageId, payload: message[2] } }
        : {
            ...silent(messageId, 'FormatViolation', `A CALLRESULT has 3 elements, this one ${message.length}`),
            isAnswer: true,
          };
    case 4:
      return { ok: true, frame: { type: 'CALLERROR', messageId, ...errorBody(message) } };
    case 5:
      return version === '2.1'
        ? { ok: true, frame: { type: 'CALLRESULTERROR', messageId, ...errorBody(message) } }
        : unknownType(version, messageId, type);
    default:
      return unknownType(version, messageId, type);
  }
}

function call(message: unknown[], messageId: string, version: OcppVersion, type: 'CALL' | 'SEND'): ParsedFrame {
  const action = message[2];
  const refuse = (why: string): ParsedFrame =>
    type === 'CALL'
      ? refused(version, messageId, 'RpcFrameworkError', why)
      : silent(messageId, 'RpcFrameworkError', why);
  if (typeof action !== 'string' || action.length === 0 || action.length > LONGEST_MESSAGE_ID) {
    return refuse(`The third element of a ${type} must be an action, it is ${shown(action)}`);
  }
  // Some chargers leave out the payload of messages that have none.
  if (message.length !== 4 && message.length !== 3)
    return refuse(`A ${type} has 4 elements, this one ${message.length}`);
  return { ok: true, frame: { type, messageId, action, payload: message.length === 4 ? message[3] : {} } };
}

/** Tolerant: a CALLERROR without description or details is still an answer. */
function errorBody(message: unknown[]) {
  const [, , code, description, details] = message;
  return {
    errorCode: typeof code === 'string' ? code : 'GenericError',
    errorDescription: typeof description === 'string' ? description : '',
    errorDetails: details ?? {},
  };
}

/** 1.6 J §4.1.3: a message with an unknown type number is ignored. 2.x answers MessageTypeNotSupported. */
function unknownType(version: OcppVersion, messageId: string, type: unknown): ParsedFrame {
  const why = `Message type ${shown(type)} does not exist in OCPP ${version}`;
  return version === '1.6'
    ? silent(messageId, 'MessageTypeNotSupported', why)
    : refused(version, messageId, 'MessageTypeNotSupported', why);
}

/** A broken answer must not be answered: both sides would go on for ever. */
function answerable(type: unknown): boolean {
  return type !== 3 && type !== 4 && type !== 5 && type !== 6;
}

function refused(version: OcppVersion, messageId: string | null, code: OcppErrorCode, why: string): ParsedFrame {
  const error = new OcppError(code, why);
  // 1.6 has no id to answer an unreadable message with, so there it stays silent.
  const replyTo = messageId ?? (version === '1.6' ? null : UNREADABLE_ID);
  const replyWith = replyTo === null ? null : encodeError('CALLERROR', replyTo, error, version);
  return { ok: false, error, messageId, replyWith };
}

function silent(messageId: string | null, code: OcppErrorCode, why: string): Extract<ParsedFrame, { ok: false }> {
  return { ok: false, error: new OcppError(code, why), messageId, replyWith: null };
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = stringifyJson(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
