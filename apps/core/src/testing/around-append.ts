import type { EventStore } from '@chargestream/event-store';

type Appended = ReturnType<EventStore['append']>;

/** A store whose appends go through `wrap`, to fail before or after they are done. */
export function around(store: EventStore, wrap: (append: () => Appended) => Appended): EventStore {
  return new Proxy(store, {
    get(target, name) {
      if (name === 'append') {
        return (...args: Parameters<EventStore['append']>) => wrap(() => target.append(...args));
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
