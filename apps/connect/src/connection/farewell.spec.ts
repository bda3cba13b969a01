import { heardOut } from './farewell';

const never = new Promise<never>(() => undefined);
const patience = { awayMs: 100, slowMs: 400 };

describe('what a stopping connect has still to tell', () => {
  it('is waited for', async () => {
    expect(await heardOut(Promise.resolve(), { isAvailable: () => false }, patience)).toBe(true);
    const slow = new Promise((resolve) => setTimeout(resolve, 200));
    expect(await heardOut(slow, { isAvailable: () => true }, patience)).toBe(true);
    await expect(heardOut(Promise.reject(new Error('no')), { isAvailable: () => true }, patience)).rejects.toThrow(
      'no',
    );
  });

  it('is given up after a while, sooner while the bus is away, also when it goes only then', async () => {
    const startedMs = performance.now();
    expect(await heardOut(never, { isAvailable: () => false }, patience)).toBe(false);
    const awayMs = performance.now() - startedMs;
    expect(awayMs).toBeLessThan(patience.slowMs);
    expect(await heardOut(never, { isAvailable: () => true }, patience)).toBe(false);
    expect(performance.now() - startedMs - awayMs).toBeGreaterThanOrEqual(patience.slowMs);
    let looks = 0;
    expect(await heardOut(never, { isAvailable: () => ++looks < 3 }, patience)).toBe(false);
    expect(looks).toBeLessThan(6);
  });
});
