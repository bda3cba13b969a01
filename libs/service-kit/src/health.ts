/** True when all is well; false, or the reason in words (it is shown to whoever asks for readiness), when not. */
export type HealthCheck = () => boolean | string | Promise<boolean | string>;

export interface HealthReport {
  /** Whether everything that is needed passes. */
  ready: boolean;
  checks: Record<string, 'ok' | 'failing'>;
  /** Why, of those failing checks that say it. */
  reasons?: Record<string, string>;
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
      [...this.checks].map(async ([name, { check, isNeeded }]) => ({ name, isNeeded, result: await resultOf(check) })),
    );
    const reasons = results.flatMap(({ name, result }) =>
      typeof result === 'string' ? [[name, result] as const] : [],
    );
    return {
      ready: results.every(({ result, isNeeded }) => result === true || !isNeeded),
      checks: Object.fromEntries(results.map(({ name, result }) => [name, result === true ? 'ok' : 'failing'])),
      ...(reasons.length > 0 && { reasons: Object.fromEntries(reasons) }),
    };
  }
}

async function resultOf(check: HealthCheck): Promise<boolean | string> {
  try {
    return await check();
  } catch {
    return false;
  }
}
