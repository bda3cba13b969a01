import type { EventBus } from '@chargestream/event-bus';
import { runPublisher, type RunPublisherOptions, type StorePublisher } from './publisher';
import { registryPublisher } from './registry';

/** What is published from the event store, each by one process at a time and each at its own pace. */
export function publishers(bus: EventBus): (() => StorePublisher)[] {
  return [() => registryPublisher(bus)];
}

/** Runs all of them until `signal` aborts; one that fails holds no other up. */
export async function runPublishers(options: Omit<RunPublisherOptions, 'create'>): Promise<void> {
  await Promise.all(publishers(options.bus).map((create) => runPublisher({ ...options, create })));
}
