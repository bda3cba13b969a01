import type { OcppVersion } from './versions';

/** Error codes as OCPP 2.x spells them; what only one version has is marked. */
export type OcppErrorCode =
  | 'FormatViolation'
  | 'GenericError'
  | 'InternalError'
  | 'MessageTypeNotSupported' // 2.x
  | 'NotImplemented'
  | 'NotSupported'
  | 'OccurrenceConstraintViolation'
  | 'PropertyConstraintViolation'
  | 'ProtocolError'
  | 'RpcFrameworkError' // 2.x
  | 'SecurityError'
  | 'TypeConstraintViolation';

/** 1.6 spells two codes its own way, and lacks two. */
const SPELLED_1_6: Partial<Record<OcppErrorCode, string>> = {
  FormatViolation: 'FormationViolation',
  OccurrenceConstraintViolation: 'OccurenceConstraintViolation',
  MessageTypeNotSupported: 'ProtocolError',
  RpcFrameworkError: 'FormationViolation',
};

const CODES: ReadonlySet<string> = new Set<OcppErrorCode>([
  'FormatViolation',
  'GenericError',
  'InternalError',
  'MessageTypeNotSupported',
  'NotImplemented',
  'NotSupported',
  'OccurrenceConstraintViolation',
  'PropertyConstraintViolation',
  'ProtocolError',
  'RpcFrameworkError',
  'SecurityError',
  'TypeConstraintViolation',
]);

/** The code as the version writes it on the wire. */
export function spelledFor(code: OcppErrorCode, version: OcppVersion): string {
  return (version === '1.6' && SPELLED_1_6[code]) || code;
}

/** Understands both spellings. An unknown code counts as GenericError; the caller keeps the original text. */
export function canonicalErrorCode(spelled: string): OcppErrorCode {
  if (CODES.has(spelled)) return spelled as OcppErrorCode;
  if (spelled === 'FormationViolation') return 'FormatViolation';
  if (spelled === 'OccurenceConstraintViolation') return 'OccurrenceConstraintViolation';
  return 'GenericError';
}

/** What a CALLERROR carries. The only error this codec throws or returns for what a peer sent. */
export class OcppError extends Error {
  constructor(
    readonly code: OcppErrorCode,
    readonly description: string,
    readonly details: Record<string, unknown> = {},
  ) {
    super(`${code}: ${description}`);
    this.name = 'OcppError';
  }
}
