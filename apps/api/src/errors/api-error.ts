import { GraphQLError } from 'graphql';

/** The closed list of `extensions.code`. */
export const API_ERROR_CODES = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'BAD_INPUT',
  'CHARGER_OFFLINE',
  'CONFLICT',
  'UNAVAILABLE',
  'INTERNAL',
] as const;

export type ApiErrorCode = (typeof API_ERROR_CODES)[number];

export function isApiErrorCode(code: unknown): code is ApiErrorCode {
  return API_ERROR_CODES.some((known) => known === code);
}

const STATUS: Partial<Record<ApiErrorCode, number>> = { UNAUTHENTICATED: 401, FORBIDDEN: 403 };

/** An error a client is meant to see. The message says what to do about it. */
export class ApiError extends GraphQLError {
  readonly statusCode: number;

  constructor(
    readonly code: ApiErrorCode,
    message: string,
    details: Record<string, unknown> = {},
  ) {
    super(message, { extensions: { code, ...details } });
    this.name = 'ApiError';
    this.statusCode = STATUS[code] ?? 200;
  }
}

export function badInput(field: string, rule: string, message: string): ApiError {
  return new ApiError('BAD_INPUT', message, { field, rule });
}
