const DIGITS = 16;

/** Positions of the embedded log are numbers from 1 on, padded so that they also sort as text. */
export function formatPosition(position: number): string {
  return String(position).padStart(DIGITS, '0');
}

/** @throws RangeError when it is no position of an embedded log */
export function parsePosition(position: string): number {
  const value = /^\d{1,16}$/.test(position) ? Number(position) : NaN;
  if (!Number.isSafeInteger(value)) {
    throw new RangeError(`"${position}" is no position of this event store: start from null, or from one it gave out.`);
  }
  return value;
}
