import { chargerStream } from '@chargestream/contracts';
import { at, CHARGER, TENANT } from '@chargestream/domain/testing';
import type { StoredEvent } from '@chargestream/event-store';
import { metadataOfIntent } from '../aggregates/metadata';
import { Harness } from '../testing/harness';
import { intent } from '../testing/intents';
import { outcomesPublisher } from './intent-outcomes';

describe('the outcome of an intent', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await Harness.open();
  });
  afterEach(() => harness.close());

  async function store(type: string, data: object): Promise<StoredEvent> {
    const retire = intent('RetireCharger', {});
    const metadata = metadataOfIntent(retire, at(0)) as unknown as Record<string, unknown>;
    const stream = chargerStream(TENANT, CHARGER);
    await harness.store.append(stream, [{ id: retire.id, type, data, metadata }], 'no-stream');
    const [event] = await harness.stream(stream);
    return event!;
  }

  function tell(event: StoredEvent, positions: { readModel: string | null; tables: string | null }) {
    const ending = new AbortController();
    const pauses: number[] = [];
    const publisher = outcomesPublisher({
      store: harness.store,
      clock: harness.timers.clock,
      signal: ending.signal,
      pause: async (ms) => {
        pauses.push(ms);
        if (pauses.length > 5) ending.abort(new Error('still waiting'));
      },
      readModel: { streamPrefixes: [], position: async () => positions.readModel },
      tables: { streamPrefixes: [], position: async () => positions.tables },
    });
    return Promise.resolve(publisher.recordsOf([event]));
  }

  it('is told for a charger only when both the read model and connect’s table show it', async () => {
    const event = await store('ChargerRetired', {});
    const { position } = event;
    await expect(tell(event, { readModel: position, tables: null })).rejects.toThrow('still waiting');
    await expect(tell(event, { readModel: null, tables: position })).rejects.toThrow('still waiting');
    const [record] = await tell(event, { readModel: position, tables: position });
    expect(JSON.parse(String(record!.value))).toMatchObject({ intentId: event.metadata.intentId, outcome: 'applied' });
  });

  it('does not wait for the table when it does not concern it', async () => {
    const event = await store('ChargerUpdated', { displayName: 'One' });
    expect(await tell(event, { readModel: event.position, tables: null })).toHaveLength(1);
  });
});
