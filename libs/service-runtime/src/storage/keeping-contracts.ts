import { upcasting } from '@chargestream/contracts';
import type { EventBus } from '@chargestream/event-bus';
import type { EventStore } from '@chargestream/event-store';
import type { OpenOptions } from './open-bus';

type Options = Pick<OpenOptions, 'settings' | 'logger'>;

/** With VALIDATE_EVENTS, refuses records that are against their schema. @throws Error when the schemas are not there */
export async function busKeepingContracts(bus: EventBus, options: Options): Promise<EventBus> {
  if (!options.settings.validateEvents) return bus;
  const { validatingBus } = await import('@chargestream/contracts/validation');
  return validatingBus<EventBus>(bus, told(options));
}

/** Events look as if they had been stored today; with VALIDATE_EVENTS, wrong ones are refused. */
export async function storeKeepingContracts(store: EventStore, options: Options): Promise<EventStore> {
  if (!options.settings.validateEvents) return upcasting<EventStore>(store);
  const { validatingStore } = await import('@chargestream/contracts/validation');
  return upcasting<EventStore>(validatingStore<EventStore>(store, told(options)));
}

function told({ logger }: Options) {
  return { onViolation: (error: Error) => logger?.error({ err: error }, 'an event is against its contract') };
}
