import { sessionStream } from '@chargestream/contracts';
import { chargerDecider, localListDecider, sessionDecider } from '@chargestream/domain';
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

  it('keeps fewer of those that are large', async () => {
    const aggregates = new AggregateStore(harness.store, 10);
    const write = async (name: string, entries: number) => {
      const entry = (index: number) => ({ idToken: `T${index}`, type: null, expiresAt: null, groupId: null });
      const list = Array.from({ length: entries }, (_, index) => ({ ...entry(index), status: 'ACCEPTED' as const }));
      const update = { version: 1, updateType: 'FULL' as const, entries: list };
      const answered = {
        kind: 'answered' as const,
        update,
        commandId: `${name} ${entries}`,
        status: 'Accepted',
        resendAs: '',
      };
      await decideAndAppend(
        aggregates,
        async () => undefined,
        (unit) =>
          unit.decide(localListDecider, name, answered, { ...metadataOfEvent(start), causationId: answered.commandId }),
      );
    };
    const kept = (count: number) =>
      Array.from({ length: count }, (_, index) => aggregates.cached(`local-list-${index}`, 0)).filter(Boolean).length;
    for (let index = 0; index < 5; index++) await write(`local-list-${index}`, 3);
    expect(kept(5)).toBe(5);
    for (let index = 0; index < 5; index++) await write(`local-list-${index}`, 3_000);
    expect(kept(5)).toBe(0);
    expect(await harness.types('local-list-0')).toEqual(['LocalListChanged', 'LocalListChanged']);
  });
});
