import { GraphQLError, GraphQLScalarType, Kind, TokenKind, valueFromASTUntyped, type ValueNode } from 'graphql';
import { ApiError } from '../errors/api-error';

const ISO_8601 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

/** ISO 8601 with an offset in, UTC out. */
export const DateTimeScalar = new GraphQLScalarType<string, string>({
  name: 'DateTime',
  description: 'A moment, ISO 8601 in UTC, e.g. `2026-01-31T12:00:00.000Z`. Inputs may carry another offset.',
  serialize: String,
  parseValue: parseTime,
  parseLiteral: (node) => parseTime(node.kind === Kind.STRING ? node.value : undefined),
});

function parseTime(value: unknown): string {
  const timeMs = typeof value === 'string' && ISO_8601.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(timeMs)) {
    throw new GraphQLError('A DateTime is ISO 8601 with an offset, e.g. "2026-01-31T12:00:00Z".');
  }
  return new Date(timeMs).toISOString();
}

export const JsonScalar = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  description: 'Any JSON value: OCPP payloads are passed through as they are.',
  serialize: (value) => value,
  // Where in the variables it stands, graphql tells in the error around this one.
  parseValue: (value) => ofBoundedDepth(value, null),
  parseLiteral: (node, variables) => ofBoundedDepth(valueFromASTUntyped(node, variables), fieldOf(node)),
});

/** Deeper than any OCPP payload, far from what exhausts the stack of those who copy it. */
const MAX_JSON_DEPTH = 64;

function ofBoundedDepth(value: unknown, field: string | null): unknown {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_JSON_DEPTH) {
      const message = `A JSON value may nest ${MAX_JSON_DEPTH} levels at most.`;
      throw new ApiError('BAD_INPUT', message, { field, rule: 'depth' });
    }
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
  return value;
}

/** In a document a value stands behind `name:`. */
function fieldOf({ loc }: ValueNode): string | null {
  const before = loc?.startToken.prev;
  return before?.kind === TokenKind.COLON ? (before.prev?.value ?? null) : null;
}
