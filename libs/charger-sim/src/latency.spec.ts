import { LatencyHistogram } from './latency';

describe('latency histogram', () => {
  it('tells percentiles within 5 % of the exact ones', () => {
    const histogram = new LatencyHistogram();
    for (let latencyMs = 1; latencyMs <= 1_000; latencyMs++) histogram.record(latencyMs);
    for (const share of [0.5, 0.9, 0.99]) {
      expect(histogram.percentileMs(share)).toBeGreaterThanOrEqual(share * 1_000);
      expect(histogram.percentileMs(share)).toBeLessThanOrEqual(share * 1_050);
    }
    expect(histogram.maxMs).toBe(1_000);
    expect(histogram.percentileMs(1)).toBe(1_000);
  });

  it('is zero when nothing was recorded and takes the smallest latencies', () => {
    const histogram = new LatencyHistogram();
    expect(histogram.percentileMs(0.99)).toBe(0);
    histogram.record(0);
    histogram.record(0.001);
    expect(histogram.percentileMs(0.5)).toBeLessThanOrEqual(0.05);
  });
});
