import type { Clock } from './clock';
import type { Random } from './random';

/** The tokens of a depot's drivers. One that was refused is tried again later, another one meanwhile. */
export class TokenPurse {
  private readonly refusedUntilMs = new Map<string, number>();

  constructor(
    private readonly tokens: readonly string[],
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly restMs: number,
  ) {}

  pick(): string {
    const nowMs = this.clock.now();
    const usable = this.tokens.filter((token) => (this.refusedUntilMs.get(token) ?? 0) <= nowMs);
    // All refused: the driver tries anyway.
    return this.random.pick(usable.length > 0 ? usable : this.tokens);
  }

  refused(token: string): void {
    this.refusedUntilMs.set(token, this.clock.now() + this.restMs);
  }
}
