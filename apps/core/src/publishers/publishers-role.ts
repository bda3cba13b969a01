import type { EventBus } from '@chargestream/event-bus';
import type { EventStore } from '@chargestream/event-store';
import { activeTokensPublisher } from './active-tokens';
import { connectorStatusPublisher } from './connector-status';
import { meterValuesPublisher } from './meter-values';
import { runPublisher, type RunPublisherOptions, type StorePublisher } from './publisher';
import { registryPublisher } from './registry';
import { sessionEventsPublisher } from './session-events';

/** What is published from the event store, each by one process at a time and each at its own pace. */
export function publishers({ bus, store }: { bus: EventBus; store: EventStore }): (() => StorePublisher)[] {
  return [
    () => registryPublisher(bus),
    () => sessionEventsPublisher(store),
    () => meterValuesPublisher(store),
    connectorStatusPublisher,
    () => activeTokensPublisher(bus, store),
  ];
}

/** Runs all of them until `signal` aborts; one that fails holds no other up. */
export async function runPublishers(options: Omit<RunPublisherOptions, 'create'>): Promise<void> {
  await Promise.all(publishers(options).map((create) => runPublisher({ ...options, create })));
}
