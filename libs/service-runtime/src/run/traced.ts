import type { ServiceName, Settings } from '@chargestream/service-kit';

/** Begins to trace when the settings name a collector; without one nothing of OpenTelemetry's SDK is loaded. */
export async function traced(
  settings: Settings,
  service: ServiceName,
  version: string,
): Promise<{ close(): Promise<void> }> {
  if (settings.otelEndpoint === '') return { close: () => Promise.resolve() };
  const { startTracing } = await import('@chargestream/tracing/sdk');
  return startTracing({
    serviceName: settings.otelServiceName || `chargestream-${service}`,
    serviceVersion: version,
    instanceId: settings.instanceId,
    endpoint: settings.otelEndpoint,
    sampleRatio: settings.otelSampleRatio,
  });
}
