import { Tail } from './tail';

const limit = { entries: 1_000, bytes: 1_000, keepMs: 5_000 };

describe('Tail', () => {
  it('gives what it holds and says when it does not reach back', () => {
    const tail = new Tail<number>(100, { ...limit, entries: 4 });
    for (let entry = 100; entry < 106; entry++) tail.push(entry, 1);
    expect(tail.read(101, 5)).toBeUndefined();
    expect(tail.read(102, 5)).toEqual([102, 103, 104, 105]);
    expect(tail.read(102, 1)).toEqual([102]);
    expect(tail.read(103, 2)).toEqual([103, 104]);
    expect(tail.read(104, 5)).toEqual([104, 105]);
    expect(tail.read(106, 5)).toEqual([]);
  });

  it('holds no more entries than its limit, and no fewer than half of them', () => {
    const tail = new Tail<number>(0, { ...limit, entries: 10 });
    for (let entry = 0; entry < 100; entry++) {
      tail.push(entry, 1);
      expect(tail.read(entry - 10, 1)).toBeUndefined();
      if (entry >= 4) expect(tail.read(entry - 4, 1)).toEqual([entry - 4]);
    }
  });

  it('is bounded in bytes too', () => {
    const tail = new Tail<number>(0, { ...limit, bytes: 100 });
    for (let entry = 0; entry < 10; entry++) tail.push(entry, 30);
    expect(tail.read(7, 5)).toBeUndefined();
    expect(tail.read(8, 5)).toEqual([8, 9]);
  });

  it('lets go of what is old', () => {
    let nowMs = 0;
    const tail = new Tail<string>(0, limit, () => nowMs);
    tail.push('a', 1);
    nowMs = 4_999;
    tail.push('b', 1);
    nowMs = 5_000;
    tail.push('c', 1);
    expect(tail.read(0, 5)).toEqual(['a', 'b', 'c']);
    nowMs = 10_000;
    tail.push('d', 1);
    expect(tail.read(1, 5)).toBeUndefined();
    expect(tail.read(2, 5)).toEqual(['c', 'd']);
  });
});
