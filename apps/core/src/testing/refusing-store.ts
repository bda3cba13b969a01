import type { EventStore, NewEvent } from '@chargestream/event-store';

/** A store that refuses for good whatever one of `causes` (ids of chargers' events) has led to, as one that is too large. */
export function refusing(store: EventStore, causes: ReadonlySet<string>): EventStore {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      if (name !== 'append') return value.bind(target) as unknown;
      return async (...args: Parameters<EventStore['append']>) => {
        const refused = args[1].find(({ metadata }: NewEvent) => causes.has(String(metadata.causationId)));
        if (refused !== undefined) throw new Error(`refused because of ${String(refused.metadata.causationId)}`);
        return target.append(...args);
      };
    },
  });
}
