import { cpuSecondsPerThousand, mean, median, percentile, perSecond, ratio, summariseLatencies } from './statistics';

const oneToHundred = Array.from({ length: 100 }, (_, index) => index + 1);

describe('percentile', () => {
  it('takes the nearest rank, for every whole percentile of 1 to 100', () => {
    for (let p = 1; p <= 100; p++) expect(percentile(oneToHundred, p / 100)).toBe(p);
  });

  it('gives values that were measured, not ones in between', () => {
    expect(percentile([1, 10], 0.5)).toBe(1);
    expect(percentile([1, 10], 0.51)).toBe(10);
    expect(percentile([7], 0.01)).toBe(7);
    expect(percentile([7], 1)).toBe(7);
  });

  it('shows the one slow answer among a hundred only from p99 upwards', () => {
    const latencies = [...Array<number>(99).fill(1), 500];
    expect(percentile(latencies, 0.99)).toBe(1);
    expect(percentile(latencies, 0.995)).toBe(500);
  });

  it('refuses an empty series and quantiles that are none', () => {
    expect(() => percentile([], 0.5)).toThrow(/nothing was measured/);
    for (const quantile of [0, -0.1, 1.01, Number.NaN]) expect(() => percentile([1], quantile)).toThrow(RangeError);
  });
});

describe('summariseLatencies', () => {
  it('sorts by number, whatever the order of arrival, and leaves the original alone', () => {
    const values = [100, 9, 20, 3];
    expect(summariseLatencies(values)).toEqual({ count: 4, p50Ms: 9, p99Ms: 100, maxMs: 100 });
    expect(values).toEqual([100, 9, 20, 3]);
  });

  it('has nothing to say about nothing', () => expect(summariseLatencies([])).toBeNull());
});

describe('mean and median', () => {
  it('differ where one run was disturbed', () => {
    expect(mean([10, 11, 90])).toBe(37);
    expect(median([90, 10, 11])).toBe(11);
  });

  it('average the two in the middle of an even series', () => expect(median([4, 1, 3, 2])).toBe(2.5));

  it('are null for an empty series', () => {
    expect(mean([])).toBeNull();
    expect(median([])).toBeNull();
  });
});

describe('ratios and rates', () => {
  it('divides by the baseline', () => expect(ratio(30, 100)).toBe(0.3));

  it('never divides by nothing', () => {
    expect(ratio(30, 0)).toBeNull();
    expect(ratio(30, null)).toBeNull();
    expect(ratio(null, 100)).toBeNull();
    expect(ratio(Number.POSITIVE_INFINITY, 100)).toBeNull();
    expect(perSecond(10, 0)).toBeNull();
    expect(cpuSecondsPerThousand(1000, 0)).toBeNull();
  });

  it('counts per second and per thousand', () => {
    expect(perSecond(500, 250)).toBe(2000);
    expect(cpuSecondsPerThousand(3_000_000, 60_000)).toBe(0.05);
  });
});
