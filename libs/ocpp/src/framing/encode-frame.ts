import { spelledFor, canonicalErrorCode, type OcppError } from '../errors';
import type { OcppVersion } from '../versions';
import { MESSAGE_TYPE, type Frame } from './frame';
import { stringifyJson } from './safe-json';

/** 2.0.1 part 4 §4.2.3: string[255]. 1.6 sets no limit. */
const LONGEST_DESCRIPTION = 255;

/** One text frame, compact, the payload's keys in the order given. */
export function encodeFrame(frame: Frame, version: OcppVersion): string {
  const id = JSON.stringify(frame.messageId);
  switch (frame.type) {
    case 'CALL':
    case 'SEND':
      return `[${MESSAGE_TYPE[frame.type]},${id},${JSON.stringify(frame.action)},${stringifyJson(frame.payload ?? {})}]`;
    case 'CALLRESULT':
      return `[3,${id},${stringifyJson(frame.payload ?? {})}]`;
    case 'CALLERROR':
    case 'CALLRESULTERROR': {
      const code = spelledFor(canonicalErrorCode(frame.errorCode), version);
      return errorText(MESSAGE_TYPE[frame.type], id, code, frame.errorDescription, frame.errorDetails, version);
    }
  }
}

/** The frame that tells a peer about `error`. */
export function encodeError(
  type: 'CALLERROR' | 'CALLRESULTERROR',
  messageId: string,
  error: OcppError,
  version: OcppVersion,
): string {
  const code = spelledFor(error.code, version);
  return errorText(MESSAGE_TYPE[type], JSON.stringify(messageId), code, error.description, error.details, version);
}

function errorText(
  type: number,
  id: string,
  code: string,
  description: string,
  details: unknown,
  version: OcppVersion,
): string {
  const text = version === '1.6' ? description : description.slice(0, LONGEST_DESCRIPTION);
  const object = typeof details === 'object' && details !== null ? details : {};
  return `[${type},${id},"${code}",${JSON.stringify(text)},${stringifyJson(object)}]`;
}
