export type HealthCheck = () => boolean | Promise<boolean>;

export interface HealthReport {
  /** Whether everything that is needed passes. */
  ready: boolean;
  checks: Record<string, 'ok' | 'failing'>;
}

/** What must be true for a service to be sent work. Liveness needs no checks: a process that answers is alive. */
export class Health {
  private readonly checks = new Map<string, { check: HealthCheck; isNeeded: boolean }>();

  /**
   * @param options `isNeeded: false` for a part whose failure is told but leaves the service ready (default true).
   * @returns the function that takes the check away again.
   */
  register(name: string, check: HealthCheck, options: { isNeeded?: boolean } = {}): () => void {
    const registered = { check, isNeeded: options.isNeeded ?? true };
    this.checks.set(name, registered);
    return () => {
      if (this.checks.get(name) === registered) this.checks.delete(name);
    };
  }

  /** A check that throws counts as failing. */
  async report(): Promise<HealthReport> {
    const results = await Promise.all(
      [...this.checks].map(async ([name, { check, isNeeded }]) => ({ name, isNeeded, ok: await passes(check) })),
    );
    return {
      ready: results.every(({ ok, isNeeded }) => ok || !isNeeded),
      checks: Object.fromEntries(results.map(({ name, ok }) => [name, ok ? 'ok' : 'failing'])),
    };
  }
}

async function passes(check: HealthCheck): Promise<boolean> {
  try {
    return await check();
  } catch {
    return false;
  }
}
