export { inSpan, isTracing, startSpan, TracedSpan, type Kind, type SpanOptions } from './span';
export { tracedRecords } from './traced-records';
export { formatTraceparent, parseTraceparent, TRACEPARENT } from './traceparent';
