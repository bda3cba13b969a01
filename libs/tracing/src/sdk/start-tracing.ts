import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  NodeTracerProvider,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import { setTracing } from '../span';

export interface TracingOptions {
  serviceName: string;
  serviceVersion: string;
  /** e.g. `connect-1`. */
  instanceId: string;
  /** Base address of an OTLP/HTTP collector, e.g. http://127.0.0.1:4318; `/v1/traces` is added. */
  endpoint: string;
  /** Of the traces that begin here, 0 to 1. Those that began elsewhere go on as they were begun. */
  sampleRatio: number;
  /** Instead of the collector, for tests. */
  exporter?: SpanExporter;
  /** Instead of batches, for tests. */
  processor?: (exporter: SpanExporter) => SpanProcessor;
}

export interface Tracing {
  /** Sends what is gathered. */
  flush(): Promise<void>;
  /** Sends what is gathered and stops tracing. */
  close(): Promise<void>;
}

/** Begins to collect spans in this process. Once per process: the OpenTelemetry API holds one provider. */
export function startTracing(options: TracingOptions): Tracing {
  const { serviceName, serviceVersion, instanceId, endpoint, sampleRatio } = options;
  const exporter = options.exporter ?? new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` });
  const processor = options.processor?.(exporter) ?? new BatchSpanProcessor(exporter);
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({
      [ATTR_SERVICE_NAME]: serviceName,
      [ATTR_SERVICE_VERSION]: serviceVersion,
      'service.instance.id': instanceId,
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampleRatio) }),
    spanProcessors: [processor],
  });
  provider.register();
  setTracing(true);
  return {
    flush: () => provider.forceFlush(),
    close: async () => {
      setTracing(false);
      await provider.shutdown();
    },
  };
}
