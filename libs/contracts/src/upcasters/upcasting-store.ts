import { overridden } from '../overridden';
import { factVersion, upcast, UPCASTERS, type RecordedFact, type Upcaster } from './upcast';

/** What is decorated of the event store (structurally a part of its `EventStore`, which this package must not import). */
export interface UpcastableStore {
  append(stream: string, events: readonly never[], expected: never): Promise<unknown>;
  readStream(stream: string, options?: never): AsyncIterable<RecordedFact>;
  readAll(options?: never): AsyncIterable<RecordedFact>;
  subscribe(options: never): Promise<unknown>;
}

type Handler = (events: readonly RecordedFact[]) => Promise<void>;

/**
 * The same store, whose events all look as if they had been stored today, and which writes the present version of each
 * into its metadata. Put it around the adapter where services are composed.
 */
export function upcasting<Store extends UpcastableStore>(
  store: Store,
  upcasters: readonly Upcaster[] = UPCASTERS,
): Store {
  const lift = <Fact extends RecordedFact>(fact: Fact): Fact => upcast(fact, upcasters);
  const overrides = {
    append: (stream: string, events: readonly RecordedFact[], expected: never) =>
      store.append(stream, events.map((event) => stamped(event, upcasters)) as unknown as readonly never[], expected),
    readStream: (stream: string, options?: never) => lifted(store.readStream(stream, options), lift),
    readAll: (options?: never) => lifted(store.readAll(options), lift),
    subscribe: (options: { handle: Handler }) =>
      store.subscribe({
        ...options,
        handle: async (events: readonly RecordedFact[]) => options.handle(events.map(lift)),
      } as never),
  };
  return overridden<Store>(store, overrides);
}

/** Version 1 is what writers say anyway: nothing is copied then. */
function stamped(event: RecordedFact, upcasters: readonly Upcaster[]): RecordedFact {
  const schemaVersion = factVersion(event.type, upcasters);
  return schemaVersion === 1 ? event : { ...event, metadata: { ...event.metadata, schemaVersion } };
}

async function* lifted<Fact>(facts: AsyncIterable<Fact>, lift: (fact: Fact) => Fact): AsyncIterable<Fact> {
  for await (const fact of facts) yield lift(fact);
}
