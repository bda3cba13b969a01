import { Tail } from './tail';

describe('Tail', () => {
  it('gives what it holds and says when it does not reach back', () => {
    const tail = new Tail<number>(100, { entries: 4, bytes: 1000 });
    for (let entry = 100; entry < 106; entry++) tail.push(entry, 1);
    expect(tail.read(99, 5)).toBeUndefined();
    expect(tail.read(104, 5)).toEqual([104, 105]);
    expect(tail.read(104, 1)).toEqual([104]);
    expect(tail.read(106, 5)).toEqual([]);
  });

  it('is bounded in bytes too', () => {
    const tail = new Tail<number>(0, { entries: 1000, bytes: 100 });
    for (let entry = 0; entry < 10; entry++) tail.push(entry, 30);
    expect(tail.read(0, 5)).toBeUndefined();
    expect(tail.read(9, 5)).toEqual([9]);
  });
});
