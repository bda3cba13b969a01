import { BusUnavailableError } from '@chargestream/event-bus';
import { StoreUnavailableError } from '@chargestream/event-store';
import { InvalidCursorError } from '@chargestream/read-model';
import type { Logger } from '@chargestream/service-kit';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import { ApiError, isApiErrorCode } from './api-error';

/** Every error as a client may see it: with a code of the closed list, and without our insides. */
export function publicErrors(errors: readonly Error[], logger: Logger | undefined): GraphQLFormattedError[] {
  return errors.flatMap(unpacked).map((error) => publicError(error, logger));
}

/** Mercurius wraps all validation errors of a document in one. */
function unpacked(error: Error): Error[] {
  const inner = (original(error) as { errors?: unknown }).errors;
  return Array.isArray(inner) && inner.every((item) => item instanceof Error) ? inner : [error];
}

function publicError(error: Error, logger: Logger | undefined): GraphQLFormattedError {
  const place: Partial<Pick<GraphQLError, 'locations' | 'path'>> = error as Partial<GraphQLError>;
  const known = withField(knownError(original(error), error), error.message);
  if (known === null) logger?.error({ err: original(error) }, 'A GraphQL operation failed');
  const { message, extensions } =
    known ?? new ApiError('INTERNAL', 'Something went wrong on our side; the log of api says what.');
  return {
    message,
    ...(place.locations === undefined ? {} : { locations: place.locations }),
    ...(place.path === undefined ? {} : { path: place.path }),
    extensions,
  };
}

/** graphql-jit has an error class of its own; both keep what was thrown in `originalError`. */
function original(error: Error): Error {
  let found = error;
  for (;;) {
    const inner = (found as { originalError?: unknown }).originalError;
    if (!(inner instanceof Error)) return found;
    found = inner;
  }
}

function knownError(cause: Error, outer: Error): ApiError | null {
  if (cause instanceof ApiError) return cause;
  const { code, ...details } = ((cause as { extensions?: object }).extensions ?? {}) as { code?: unknown };
  if (isApiErrorCode(code)) return new ApiError(code, cause.message, details);
  if (cause instanceof InvalidCursorError) {
    return new ApiError('BAD_INPUT', cause.message, { field: 'after', rule: 'cursor' });
  }
  if (cause instanceof BusUnavailableError || cause instanceof StoreUnavailableError) {
    return new ApiError('UNAVAILABLE', 'The service cannot take this now: try again in a moment.');
  }
  const library = (cause as { code?: unknown }).code;
  if (typeof library === 'string' && /^(MER|FST)_ERR/.test(library)) {
    return new ApiError('BAD_INPUT', cause.message, { field: null, rule: library });
  }
  // Without a path nothing was executed: the document or its variables are wrong.
  if (cause === outer && (outer as { path?: unknown }).path === undefined && 'locations' in outer) {
    return new ApiError('BAD_INPUT', outer.message, { field: null, rule: 'graphql' });
  }
  return null;
}

/** `Variable "$input" got invalid value … at "input.payload"; …`: what a scalar refuses, it cannot say where. */
const IN_VARIABLE = /^Variable "\$(\w+)" got invalid value /;

function withField(error: ApiError | null, outerMessage: string): ApiError | null {
  if (error === null || error.extensions['field'] !== null) return error;
  const variable = IN_VARIABLE.exec(outerMessage)?.[1];
  if (variable === undefined) return error;
  const path = outerMessage.split('; ').at(0)?.split(' at "').at(-1) ?? '';
  const field = /^\w+\.([\w.[\]]+)"$/.exec(path)?.[1] ?? variable;
  return new ApiError(error.code, error.message, { ...error.extensions, field });
}
