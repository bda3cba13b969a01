export type HealthCheck = () => boolean | Promise<boolean>;

export interface HealthReport {
  ready: boolean;
  checks: Record<string, 'ok' | 'failing'>;
}

/** What must be true for a service to be sent work. Liveness needs no checks: a process that answers is alive. */
export class Health {
  private readonly checks = new Map<string, HealthCheck>();

  /** @returns the function that takes the check away again. */
  register(name: string, check: HealthCheck): () => void {
    this.checks.set(name, check);
    return () => {
      if (this.checks.get(name) === check) this.checks.delete(name);
    };
  }

  /** A check that throws counts as failing. */
  async report(): Promise<HealthReport> {
    const results = await Promise.all(
      [...this.checks].map(async ([name, check]) => [name, await passes(check)] as const),
    );
    return {
      ready: results.every(([, ok]) => ok),
      checks: Object.fromEntries(results.map(([name, ok]) => [name, ok ? 'ok' : 'failing'])),
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
