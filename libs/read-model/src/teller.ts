import type { AppliedChange } from './apply';

const RETRY_MS = 100;
const MAX_RETRY_MS = 5_000;

export interface TellerOptions {
  tell: (changes: AppliedChange[]) => Promise<void> | void;
  onError?: ((error: unknown) => void) | undefined;
}

/**
 * Tells of changes while the next ones are projected: what comes during one telling is told together by the next. What could
 * not be told is told again, with what came since.
 */
export class Teller {
  private untold: AppliedChange[] = [];
  private telling: Promise<void> | null = null;
  private closed = false;
  private wake: () => void = () => undefined;

  constructor(private readonly options: TellerOptions) {}

  add(changes: readonly AppliedChange[]): void {
    this.untold.push(...changes);
    if (this.untold.length > 0) this.telling ??= this.tellAll();
  }

  /** Resolves when everything added was told. */
  async idle(): Promise<void> {
    await this.telling;
  }

  /** Tells what it can without another try. */
  async close(): Promise<void> {
    this.closed = true;
    this.wake();
    await this.telling;
  }

  private async tellAll(): Promise<void> {
    for (let failures = 0; this.untold.length > 0;) {
      const changes = this.untold;
      this.untold = [];
      try {
        await this.options.tell(changes);
        failures = 0;
      } catch (error) {
        this.untold = [...changes, ...this.untold];
        this.options.onError?.(error);
        if (this.closed) break;
        await this.pause(Math.min(RETRY_MS * 2 ** failures++, MAX_RETRY_MS));
      }
    }
    this.telling = null;
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
