import { factVersion, upcast, upcasting, type RecordedFact, type Upcaster } from './index';

/** In version 1 energy was in kWh; in version 2 it is in Wh; in version 3 it may be unknown, and the type has another name. */
const UPCASTERS: Upcaster[] = [
  {
    type: 'Metered',
    from: 1,
    up: ({ type, data }) => ({ type, data: { energyWh: (data as { energyKwh: number }).energyKwh * 1000 } }),
  },
  {
    type: 'Metered',
    from: 2,
    up: ({ data }) => ({ type: 'EnergyMetered', data: { ...(data as object), source: null } }),
  },
];
const v1: RecordedFact = { type: 'Metered', data: { energyKwh: 2 }, metadata: { schemaVersion: 1, tenantId: 't' } };

describe('upcasting', () => {
  it('lifts a fact step by step, and leaves what is of the present version alone', () => {
    const lifted = { type: 'EnergyMetered', data: { energyWh: 2000, source: null } };
    expect(upcast(v1, UPCASTERS)).toEqual({ ...lifted, metadata: { schemaVersion: 1, tenantId: 't' } });
    const v2 = { ...v1, data: { energyWh: 5 }, metadata: { schemaVersion: 2 } };
    expect(upcast(v2, UPCASTERS).data).toEqual({ energyWh: 5, source: null });
    const present = { type: 'EnergyMetered', data: {}, metadata: { schemaVersion: 1 } };
    expect(upcast(present, UPCASTERS)).toBe(present);
  });

  it('takes what says no version for the first', () => {
    expect(upcast({ ...v1, metadata: {} }, UPCASTERS).data).toEqual({ energyWh: 2000, source: null });
  });

  it('refuses what a later version of ChargeStream has stored', () => {
    const later = { ...v1, metadata: { schemaVersion: 4 } };
    expect(() => upcast(later, UPCASTERS)).toThrow('Metered was stored in version 4');
    expect(() => upcast({ ...later, type: 'TokenPut', metadata: { schemaVersion: 2 } })).toThrow('run a newer one');
  });

  it('knows the present version of a type', () => {
    expect([factVersion('Metered', UPCASTERS), factVersion('EnergyMetered', UPCASTERS)]).toEqual([3, 1]);
  });
});

describe('a store whose events look as if they had been stored today', () => {
  const appended: RecordedFact[] = [];
  const inner = {
    append: async (_stream: string, events: readonly RecordedFact[]) => void appended.push(...events),
    readStream: async function* () {
      yield v1;
    },
    readAll: async function* () {
      yield v1;
    },
    subscribe: async ({ handle }: { handle: (events: readonly RecordedFact[]) => Promise<void> }) => handle([v1]),
    isAvailable: () => true,
  };
  const only = UPCASTERS.slice(0, 1);
  const store = upcasting(inner, only);
  const lifted = { type: 'Metered', data: { energyWh: 2000 }, metadata: { schemaVersion: 2, tenantId: 't' } };

  it.each(['readStream', 'readAll'] as const)('lifts what %s gives', async (name) => {
    const events: RecordedFact[] = [];
    for await (const event of store[name]()) events.push(event);
    expect(events).toEqual([lifted]);
  });

  it('lifts what subscriptions hand over', async () => {
    const handle = jest.fn(async () => undefined);
    await store.subscribe({ handle });
    expect(handle).toHaveBeenCalledWith([lifted]);
  });

  it('writes the version into what is appended', async () => {
    const fresh = { type: 'Metered', data: { energyWh: 1 }, metadata: { schemaVersion: 1 } };
    const other = { type: 'TokenPut', data: {}, metadata: { schemaVersion: 1 } };
    await store.append('s', [fresh, other]);
    expect(appended.map(({ metadata }) => metadata.schemaVersion)).toEqual([2, 1]);
    expect(appended[1]).toBe(other);
    expect(store.isAvailable()).toBe(true);
  });
});
