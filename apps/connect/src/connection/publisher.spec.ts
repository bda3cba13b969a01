import type { BusRecord, EventBus } from '@chargestream/event-bus';
import { Publisher } from './publisher';

const record = (key: string): BusRecord => ({ topic: 't', key, value: null });

function setUp() {
  const published: string[][] = [];
  const state = { failing: false };
  const publish = async (records: readonly BusRecord[]) => {
    if (state.failing) throw new Error('away');
    published.push(records.map(({ key }) => key));
    return records.map((_, offset) => ({ topic: 't', partition: 0, offset }));
  };
  return { published, state, publisher: new Publisher({ publish } as unknown as EventBus) };
}

describe('the publisher', () => {
  it('makes one publish of what comes in one turn, in order, and gives each caller its own positions', async () => {
    const { published, publisher } = setUp();
    const positions = await Promise.all([
      publisher.publish([record('a'), record('b')]),
      publisher.publish([record('c')]),
    ]);
    expect(published).toEqual([['a', 'b', 'c']]);
    expect(positions.map((own) => own.map(({ offset }) => offset))).toEqual([[0, 1], [2]]);
  });

  it('tells everybody when it fails, once', async () => {
    const { state, publisher } = setUp();
    const failures: unknown[] = [];
    publisher.onFailure((error) => failures.push(error));
    state.failing = true;
    const outcomes = await Promise.allSettled([publisher.publish([record('a')]), publisher.publish([record('b')])]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(failures).toHaveLength(1);
  });

  it('keeps what must not be forgotten until the bus is back', async () => {
    const { published, state, publisher } = setUp();
    state.failing = true;
    await publisher.publishEventually([record('close')]);
    await publisher.payOwed();
    state.failing = false;
    await publisher.payOwed();
    await publisher.payOwed();
    expect(published).toEqual([['close']]);
  });

  it('is settled when nothing is under way', async () => {
    const { published, publisher } = setUp();
    await publisher.settled();
    void publisher.publish([record('a')]);
    await publisher.settled();
    expect(published).toEqual([['a']]);
  });

  it.each([
    ['records', { records: 4, bytes: 1e9 }, null],
    ['bytes', { records: 1e9, bytes: 5_000 }, Buffer.alloc(993)],
  ])('tells when too many %s are unacknowledged, and when half of that is left', async (_, most, value) => {
    const acknowledge: (() => void)[] = [];
    const publish = (records: readonly BusRecord[]) =>
      new Promise((resolve) => acknowledge.push(() => resolve(records.map((__, offset) => ({ offset })))));
    const publisher = new Publisher({ publish } as unknown as EventBus, most);
    const told: boolean[] = [];
    publisher.onFull((full) => told.push(full));
    const publishes: Promise<unknown>[] = [];
    for (let n = 0; n < 4; n++) {
      publishes.push(publisher.publish([{ topic: 't', key: 'k', value }]));
      await new Promise(setImmediate); // a publish of its own
    }
    expect(told).toEqual([true]);
    for (const [index, full] of [[true], [true, false], [true, false], [true, false]].entries()) {
      acknowledge[index]?.();
      await publishes[index];
      await new Promise(setImmediate);
      expect(told).toEqual(full);
    }
    expect(publisher.unacknowledged).toEqual({ records: 0, bytes: 0 });
  });

  it('counts what the bus refused as done', async () => {
    const { state, publisher } = setUp();
    state.failing = true;
    await publisher.publishEventually([record('a')]);
    await publisher.settled();
    expect(publisher.unacknowledged).toEqual({ records: 0, bytes: 0 });
  });
});
