import type { TracedSpan } from './span';
import { TRACEPARENT } from './traceparent';

/** The records with the span's traceparent as a header; the same records while nobody traces. */
export function tracedRecords<R extends { headers?: Record<string, string> }>(
  records: readonly R[],
  span: TracedSpan | null,
): readonly R[] {
  if (span === null) return records;
  const { traceparent } = span;
  return records.map((record) => ({ ...record, headers: { ...record.headers, [TRACEPARENT]: traceparent } }));
}
