import { compare } from './rounds';

/** A clock that only moves when a contestant works. */
function racetrack() {
  let nowMs = 0;
  return {
    now: () => nowMs,
    worker: (name: string, operations: number, tookMs: () => number) => ({
      name,
      run: () => {
        nowMs += tookMs();
        return operations;
      },
    }),
  };
}

const settings = { rounds: 3, roundMs: 100, warmUpMs: 0 };

describe('rounds', () => {
  it('give operations per second and the ratio to the baseline', async () => {
    const { now, worker } = racetrack();
    const group = await compare(
      't',
      worker('base', 10, () => 10),
      [worker('half', 10, () => 20)],
      settings,
      now,
    );
    expect(group.results).toEqual([
      { name: 'base', perSecond: 1000, ratio: null },
      { name: 'half', perSecond: 500, ratio: 0.5 },
    ]);
  });

  it('are not misled by one disturbed round', async () => {
    const { now, worker } = racetrack();
    let batches = 0;
    const disturbed = worker('disturbed', 10, () => (++batches === 11 ? 10_000 : 10));
    const group = await compare(
      't',
      worker('base', 10, () => 10),
      [disturbed],
      settings,
      now,
    );
    expect(group.results[1]).toEqual({ name: 'disturbed', perSecond: 1000, ratio: 1 });
  });

  it('end early for a contestant that has run out of work, and wait for promises', async () => {
    const { now, worker } = racetrack();
    const base = worker('base', 10, () => 10);
    let left = 5;
    const async = { name: 'async', run: () => Promise.resolve(base.run() && left-- > 0 ? 10 : 0) };
    const group = await compare('t', base, [async, { name: 'none', run: () => 0 }], settings, now);
    expect(group.results[1]?.perSecond).toBeGreaterThan(0);
    expect(group.results[2]).toEqual({ name: 'none', perSecond: null, ratio: null });
  });
});
