/**
 * Maps an iterator, leaving out what maps to null. Not an async generator: its `return` would wait for the source's next
 * value, which may never come, and the reader who left would never be forgotten.
 */
export function mapped<From, To>(
  source: AsyncIterableIterator<From>,
  map: (value: From) => Promise<To | null>,
): AsyncIterableIterator<To> {
  return {
    async next() {
      for (;;) {
        const result = await source.next();
        if (result.done === true) return { done: true, value: undefined };
        const value = await map(result.value);
        if (value !== null) return { done: false, value };
      }
    },
    async return() {
      await source.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
