import type { StoredMetadata } from '@chargestream/contracts';
import type { StoredEvent } from '@chargestream/event-store';
import { isTracing, startSpan } from '@chargestream/tracing';

/**
 * The last step of a message: from its events leaving the store to the read model showing them. One span for all events of one
 * message in a batch; the function ends them.
 */
export function projectionSpans(events: readonly StoredEvent[]): (error?: unknown) => void {
  if (!isTracing()) return () => undefined;
  const byParent = new Map<string, StoredEvent[]>();
  for (const event of events) {
    const { traceparent } = event.metadata as unknown as StoredMetadata;
    if (traceparent !== undefined) byParent.set(traceparent, [...(byParent.get(traceparent) ?? []), event]);
  }
  const spans = [...byParent].map(([parent, caused]) => {
    const { tenantId, chargerId, correlationId } = caused[0]!.metadata as unknown as StoredMetadata;
    const types = caused.map(({ type }) => type);
    const attributes = {
      'chargestream.tenant_id': tenantId,
      'chargestream.charger_id': chargerId,
      'chargestream.correlation_id': correlationId,
      'chargestream.event_types': types,
    };
    return startSpan(`project ${types[0]}`, { kind: 'consumer', parent, attributes });
  });
  return (error) => {
    for (const span of spans) span?.end(error);
  };
}
