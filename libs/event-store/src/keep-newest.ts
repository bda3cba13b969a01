/** @throws TypeError when it is no number of events to keep */
export function checkCount(count: number): void {
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new TypeError(`A stream cannot be cut down to ${String(count)} events: keep at least 1.`);
  }
}
