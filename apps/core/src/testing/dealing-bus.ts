import type { EventBus, StoredRecord, SubscribeOptions, Subscription } from '@chargestream/event-bus';

type Handle = SubscribeOptions['handle'];

/**
 * Buses for several cores on one, which deal the records of a group out to them in turn, one record a batch: as if the
 * partition were given from one to the other after every record.
 */
export class DealtGroup {
  private readonly handles: Handle[] = [];
  private subscription: Promise<Subscription> | null = null;
  private turn = 0;

  constructor(
    private readonly bus: EventBus,
    private readonly group: string,
  ) {}

  forOneCore(): EventBus {
    return withSubscribe(this.bus, (options) =>
      options.group === this.group ? this.join(options) : this.bus.subscribe(options),
    );
  }

  private async join(options: SubscribeOptions): Promise<Subscription> {
    this.handles.push(options.handle);
    this.subscription ??= this.bus.subscribe({
      ...options,
      maxBatchSize: 1,
      gatherMs: 0,
      handle: (records) => this.handles[this.turn++ % this.handles.length]!(records),
    });
    return this.subscription;
  }
}

/** Every batch of every topic is handled `times` times, and in each time every record is there so often. */
export function delivering(bus: EventBus, times: number): EventBus {
  const again = (records: readonly StoredRecord[]) =>
    records.flatMap((record) => Array.from({ length: times }, () => record));
  return withSubscribe(bus, (options) => {
    const handle: Handle = async (records) => {
      for (let time = 0; time < times; time++) await options.handle(again(records));
    };
    return bus.subscribe({ ...options, handle });
  });
}

function withSubscribe(bus: EventBus, subscribe: EventBus['subscribe']): EventBus {
  return new Proxy(bus, {
    get(target, name) {
      if (name === 'subscribe') return subscribe;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
