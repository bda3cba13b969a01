import { MAX_DEPTH, NestingError } from '../framing/safe-json';
import { isContainer } from './json-pointer';

/**
 * A deep copy of a JSON value that repairs may change. A property `__proto__` is left out: assigning it elsewhere would
 * change a prototype.
 * @throws NestingError
 */
export function copyJson(value: unknown, depth = 0): unknown {
  if (!isContainer(value)) return value;
  if (depth >= MAX_DEPTH) throw new NestingError(`nested deeper than ${MAX_DEPTH} levels`);
  if (Array.isArray(value)) return value.map((item) => copyJson(item, depth + 1));
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (key !== '__proto__') copy[key] = copyJson(value[key], depth + 1);
  }
  return copy;
}
