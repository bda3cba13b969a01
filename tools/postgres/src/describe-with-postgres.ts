/// <reference types="jest" />
import { postgresUnavailable } from './binaries';
import { createDatabase } from './create-database';
import { startPostgres, type PostgresServer } from './start-postgres';

/**
 * `describe` where PostgreSQL can be had; elsewhere the tests are skipped and their name says why and how to run them.
 * `own` as in `startPostgres`.
 */
export function describeWithPostgres(name: string, tests: () => void, { own = false }: { own?: boolean } = {}): void {
  const reason = postgresUnavailable({ own });
  if (reason) describe.skip(`${name} (skipped: ${reason})`, tests);
  else describe(name, tests);
}

/** The same with a server that runs for the tests; `newDatabase` gives the address of an empty database each time. */
export function describeWithDatabases(name: string, tests: (newDatabase: () => Promise<string>) => void): void {
  describeWithPostgres(name, () => {
    let server: PostgresServer;
    const dropping: (() => Promise<void>)[] = [];
    beforeAll(async () => {
      server = await startPostgres();
    }, 60_000);
    afterAll(async () => {
      for (const drop of dropping) await drop();
      await server?.stop();
    }, 60_000);
    tests(async () => {
      const database = await createDatabase(server.url);
      dropping.push(database.drop);
      return database.url;
    });
  });
}
