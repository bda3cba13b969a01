import { growthOf } from './growth';
import { HEAP_LINE, newestReading, type HeapReading } from './heap-line';

function readings(...heaps: number[]): HeapReading[] {
  return heaps.map((heapUsed, index) => ({ atMs: index, heapUsed, external: 10, rss: 100 + index }));
}

describe('growth of memory', () => {
  it('is what the last third has more than the first, by the medians', () => {
    expect(growthOf(readings(90, 90, 500, 100, 100, 100, 110, 20, 112))).toEqual({
      early: 100,
      late: 120,
      earlyRss: 101,
      lateRss: 107,
      share: expect.closeTo(0.2) as number,
    });
  });

  it('is not told from a handful of readings', () => {
    expect(growthOf(readings(1, 2, 3, 4, 5))).toBeNull();
  });
});

describe('a line of the heap probe', () => {
  it('is found among other output, the newest one', () => {
    const [old, latest] = readings(1, 2);
    const output = `x\n${HEAP_LINE}${JSON.stringify(old)}\nlog\n${HEAP_LINE}${JSON.stringify(latest)}\nmore`;
    expect(newestReading(output)).toEqual(latest);
  });

  it('counts once it is whole', () => {
    expect(newestReading(`${HEAP_LINE}{"atMs"`)).toBeNull();
    expect(newestReading('nothing')).toBeNull();
  });
});
