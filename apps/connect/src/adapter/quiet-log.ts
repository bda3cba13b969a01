import type { Clock, Logger } from '@chargestream/service-kit';
import { systemClock } from '@chargestream/service-kit';

/** One line per charger and reason in this time; a charger with a wrong password tries every few seconds for ever. */
const REPEAT_AFTER_MS = 60_000;
/** Lines of any kind in that time: whoever invents charger ids fills no disk. */
const MAX_LINES = 200;

/** Warnings that a hostile client can cause at will. */
export class QuietLog {
  private readonly written = new Set<string>();
  private windowStartedMs = Number.NEGATIVE_INFINITY;
  private suppressed = 0;

  constructor(
    private readonly logger: Logger,
    private readonly clock: Clock = systemClock,
  ) {}

  warn(fields: Record<string, unknown>, message: string): void {
    this.renewWindow();
    const line = JSON.stringify([fields, message]);
    if (this.written.has(line) || this.written.size >= MAX_LINES) {
      this.suppressed += 1;
      return;
    }
    this.written.add(line);
    this.logger.warn(fields, message);
  }

  private renewWindow(): void {
    if (this.clock() - this.windowStartedMs < REPEAT_AFTER_MS) return;
    if (this.suppressed > 0) this.logger.warn({ suppressed: this.suppressed }, 'more of the same was not logged');
    this.windowStartedMs = this.clock();
    this.suppressed = 0;
    this.written.clear();
  }
}
