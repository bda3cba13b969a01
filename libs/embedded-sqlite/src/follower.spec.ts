import { Follower } from './follower';

/** A log that grows, and what a follower made of it. */
function follow(options: { gatherMs?: number; backlogFrom?: number }) {
  const log: number[] = [];
  const pages: { items: readonly number[]; atMs: number }[] = [];
  const follower = new Follower<number>({
    start: () => 0,
    read: (from) => {
      const items = log.slice(from, from + 10);
      return { items, next: from + items.length };
    },
    handle: async (items) => void pages.push({ items, atMs: performance.now() }),
    ...options,
  });
  const add = (...numbers: number[]) => {
    log.push(...numbers);
    follower.wake();
  };
  follower.run();
  return { add, pages, follower, reached: () => follower.reached(log.length) };
}

describe('a follower that gathers', () => {
  it('hands over the first entry after a quiet time at once and what comes next together', async () => {
    const { add, pages, follower, reached } = follow({ gatherMs: 60, backlogFrom: 10 });
    add(1);
    await reached();
    add(2);
    await new Promise((resolve) => setImmediate(resolve));
    add(3);
    await reached();
    expect(pages.map(({ items }) => items)).toEqual([[1], [2, 3]]);
    expect((pages[1]?.atMs ?? 0) - (pages[0]?.atMs ?? 0)).toBeGreaterThanOrEqual(55);
    await follower.close();
  });

  it('does not wait within a backlog', async () => {
    const { add, pages, follower, reached } = follow({ gatherMs: 3_600_000, backlogFrom: 10 });
    add(...Array.from({ length: 25 }, (_, index) => index));
    await reached();
    expect(pages.map(({ items }) => items.length)).toEqual([10, 10, 5]);
    await follower.close();
  });

  it('can be closed while it gathers', async () => {
    const { add, follower, reached } = follow({ gatherMs: 3_600_000, backlogFrom: 10 });
    add(1);
    await reached();
    add(2);
    const never = follower.reached(2);
    const closed = expect(never).rejects.toThrow('Closed');
    await follower.close();
    await closed;
  });
});
