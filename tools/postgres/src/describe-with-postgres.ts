/// <reference types="jest" />
import { postgresUnavailable } from './binaries';

/**
 * `describe` where PostgreSQL can be had; elsewhere the tests are skipped and their name says why and how to run them.
 * `own` as in `startPostgres`.
 */
export function describeWithPostgres(name: string, tests: () => void, { own = false }: { own?: boolean } = {}): void {
  const reason = postgresUnavailable({ own });
  if (reason) describe.skip(`${name} (skipped: ${reason})`, tests);
  else describe(name, tests);
}
