import { sessionStream } from '@chargestream/contracts';
import { chargerDecider, sessionDecider } from '@chargestream/domain';
import { event, start16 } from '@chargestream/domain/testing';
import { WrongExpectedRevisionError } from '@chargestream/event-store';
import { around } from '../testing/around-append';
import { Harness } from '../testing/harness';
import { AggregateStore } from './aggregate-store';
import { metadataOfEvent } from './metadata';
import { decideAndAppend, type UnitOfWork } from './unit-of-work';

describe('decide and append', () => {
  const start = start16(0);
  const stream = sessionStream('s');
  const work = (unit: UnitOfWork) =>
    unit.decide(
      sessionDecider,
      stream,
      { kind: 'report', sessionId: 's', event: start, notes: [] },
      metadataOfEvent(start),
    );
  let harness: Harness;
  beforeEach(async () => {
    harness = await Harness.open();
  });
  afterEach(() => harness.close());

  function conflicting(times: number) {
    let conflicts = 0;
    const pauses: number[] = [];
    const store = around(harness.store, async (append) => {
      if (conflicts++ < times) throw new WrongExpectedRevisionError(stream, 'no-stream', 0);
      return append();
    });
    const pause = async (ms: number) => void pauses.push(ms);
    return { aggregates: new AggregateStore(store, 10), pause, pauses };
  }

  it('decides again, at most three times and pausing longer each time, when another writer was faster', async () => {
    const { aggregates, pause, pauses } = conflicting(3);
    await decideAndAppend(aggregates, pause, work);
    expect(pauses).toEqual([5, 20, 80]);
    expect(await harness.types(stream)).toEqual(['SessionStarted']);
  });

  it('gives up after that, so that the batch comes again', async () => {
    const { aggregates, pause } = conflicting(4);
    await expect(decideAndAppend(aggregates, pause, work)).rejects.toThrow(WrongExpectedRevisionError);
    expect(await harness.types(stream)).toEqual([]);
  });

  it('does not read a stream again that it knows', async () => {
    let reads = 0;
    const store = new Proxy(harness.store, {
      get(target, name) {
        if (name === 'readStream') reads += 1;
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const aggregates = new AggregateStore(store, 10);
    for (let minute = 0; minute < 5; minute++) {
      const seen = event('ChargerSeen', {}, { id: `seen-${minute}` });
      await decideAndAppend(
        aggregates,
        async () => undefined,
        (unit) => unit.decide(chargerDecider, 'charger-x', { kind: 'event', event: seen }, metadataOfEvent(seen)),
      );
    }
    // Its newest snapshot, and itself.
    expect(reads).toBe(2);
    expect(await harness.types('charger-x')).toHaveLength(6);
  });
});
