/** A message, or the past it meets, that a decider cannot deal with: trying again would fail again. */
export class PoisonError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'PoisonError';
  }
}
