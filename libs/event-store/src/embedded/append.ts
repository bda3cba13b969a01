import { WrongExpectedRevisionError } from '../port';
import type { AppendResult, ExpectedRevision, NewEvent } from '../port';
import type { EncodedEvent, EventLog } from './event-log';

export type AppendDecision =
  | { kind: 'append'; firstRevision: number }
  | { kind: 'repeated'; result: AppendResult }
  | { kind: 'refused'; error: WrongExpectedRevisionError };

/**
 * Compares what the writer saw with where the stream is.
 * @param actual last revision of the stream, -1 when it has none
 */
export function decideAppend(
  log: EventLog,
  stream: string,
  events: readonly EncodedEvent[],
  expected: ExpectedRevision,
  actual: number,
): AppendDecision {
  const expectedNumber = expected === 'no-stream' ? -1 : expected;
  if (expectedNumber === actual) return { kind: 'append', firstRevision: actual + 1 };
  const refused = new WrongExpectedRevisionError(stream, expected, actual < 0 ? 'no-stream' : actual);
  if (events.length === 0 || expectedNumber > actual) return { kind: 'refused', error: refused };
  const stored = log.ids(stream, expectedNumber + 1, events.length);
  const same = stored.length === events.length && stored.every((id, index) => id === events[index]?.id);
  if (!same) return { kind: 'refused', error: refused };
  return { kind: 'repeated', result: { revision: expectedNumber + events.length } };
}

/**
 * Checks and serialises an append before it meets the database, so that a bad one fails alone.
 * @throws TypeError
 */
export function encodeEvents(
  stream: string,
  events: readonly NewEvent[],
  expected: ExpectedRevision,
): readonly EncodedEvent[] {
  if (typeof stream !== 'string' || stream === '') throw new TypeError('An append needs the name of its stream.');
  if (expected !== 'no-stream' && !(Number.isSafeInteger(expected) && expected >= 0)) {
    throw new TypeError(`Expected revision ${String(expected)}: give a revision from 0 on, or 'no-stream'.`);
  }
  // SQLite ends a text at NUL when it gives it back: the name would be another one.
  const texts = [stream, ...events.flatMap(({ id, type }) => [id, type])];
  if (texts.some((text) => String(text).includes('\0'))) {
    throw new TypeError(`A stream name, event id or type has a NUL character: escape it (${JSON.stringify(stream)}).`);
  }
  return events.map(({ id, type, data, metadata }) => {
    if (typeof id !== 'string' || id === '') throw new TypeError(`An event for ${stream} has no id.`);
    if (typeof type !== 'string' || type === '') throw new TypeError(`Event ${id} for ${stream} has no type.`);
    const dataJson = JSON.stringify(data) as string | undefined;
    if (dataJson === undefined) throw new TypeError(`The data of event ${id} for ${stream} is not JSON.`);
    return { id, type, dataJson, metadataJson: JSON.stringify(metadata ?? {}) };
  });
}
