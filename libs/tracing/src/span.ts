import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Attributes, type Span } from '@opentelemetry/api';
import { formatTraceparent, parseTraceparent } from './traceparent';

export type Kind = 'server' | 'client' | 'producer' | 'consumer' | 'internal';

export interface SpanOptions {
  kind: Kind;
  /** W3C traceparent of what led here; a new trace begins without one. */
  parent?: string | undefined;
  attributes?: Attributes;
  /** When it began, milliseconds since the epoch, if not now. */
  startedAtMs?: number;
}

const KINDS: Record<Kind, SpanKind> = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
};

let tracing = false;

/** Whether anybody collects spans. Everything else here costs one test of this while nobody does. */
export function isTracing(): boolean {
  return tracing;
}

/** For whoever starts and stops the SDK. */
export function setTracing(on: boolean): void {
  tracing = on;
}

/**
 * One piece of work in a trace. What it leads to elsewhere carries `traceparent`, in the header of a record or in stored
 * metadata: contexts are handed on by value here, because batches mix the messages of many chargers.
 */
export class TracedSpan {
  constructor(private readonly span: Span) {}

  get traceparent(): string {
    return formatTraceparent(this.span.spanContext());
  }

  set(attributes: Attributes): void {
    this.span.setAttributes(attributes);
  }

  /** Ends it; with an error it is marked as failed. */
  end(error?: unknown): void {
    if (error !== undefined) {
      const message = error instanceof Error ? error.message : String(error);
      this.span.setStatus({ code: SpanStatusCode.ERROR, message });
    }
    this.span.end();
  }
}

/** Begins a span; null while nobody traces. */
export function startSpan(name: string, options: SpanOptions): TracedSpan | null {
  if (!tracing) return null;
  const { kind, parent, attributes, startedAtMs } = options;
  const parentContext = parseTraceparent(parent);
  const context = parentContext === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parentContext);
  const tracer = trace.getTracer('chargestream');
  return new TracedSpan(
    tracer.startSpan(
      name,
      {
        kind: KINDS[kind],
        ...(attributes === undefined ? {} : { attributes }),
        ...(startedAtMs === undefined ? {} : { startTime: startedAtMs }),
      },
      context,
    ),
  );
}

/** Runs `work` in a span that ends with it, and gives it the traceparent to hand on. */
export async function inSpan<Result>(
  name: string,
  options: SpanOptions,
  work: (traceparent: string | undefined) => Promise<Result>,
): Promise<Result> {
  const span = startSpan(name, options);
  if (span === null) return work(options.parent);
  try {
    const result = await work(span.traceparent);
    span.end();
    return result;
  } catch (error) {
    span.end(error);
    throw error;
  }
}
