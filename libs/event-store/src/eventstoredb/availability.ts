export interface AvailabilityOptions {
  /** Succeeds when the store answers. */
  probe: () => Promise<unknown>;
  onChange?: (available: boolean) => void;
  /** Between two probes while it is away, ms. */
  everyMs?: number;
}

/** Whether the store answers: known from what calls come to, and from probes while they fail. */
export class Availability {
  private available = true;
  private closed = false;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly options: AvailabilityOptions) {}

  isAvailable(): boolean {
    return this.available && !this.closed;
  }

  succeeded(): void {
    this.change(true);
  }

  failed(): void {
    this.change(false);
    this.timer ??= setTimeout(() => void this.probe(), this.options.everyMs ?? 500).unref();
  }

  close(): void {
    this.closed = true;
    if (this.timer !== null) clearTimeout(this.timer);
  }

  private async probe(): Promise<void> {
    this.timer = null;
    if (this.closed || this.available) return;
    try {
      await this.options.probe();
      this.succeeded();
    } catch {
      if (!this.closed) this.failed();
    }
  }

  private change(available: boolean): void {
    if (this.available === available || this.closed) return;
    this.available = available;
    this.options.onChange?.(available);
  }
}
