import { existsSync } from 'node:fs';
import { Client } from 'pg';
import { createDatabase } from './create-database';
import { describeWithPostgres } from './describe-with-postgres';
import { startPostgres } from './start-postgres';

async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

describeWithPostgres(
  'a PostgreSQL server for tests',
  () => {
    it('keeps its data when it is killed and started again, wants a password, and leaves nothing behind', async () => {
      const server = await startPostgres({ own: true });
      const url = server.url;
      const [{ data_directory: folder }] = (await query(url, 'show data_directory')) as [{ data_directory: string }];
      await query(url, 'create table kept (value int)');
      await query(url, 'insert into kept values (1)');
      await server.kill('SIGQUIT');
      expect(server.pid).toBeNull();
      await expect(query(url, 'select 1')).rejects.toThrow();
      await server.start();
      expect(server.url).toBe(url);
      expect(await query(url, 'select value from kept')).toEqual([{ value: 1 }]);
      await expect(query(url.replace(/:[0-9a-f]{32}@/, ':wrong@'), 'select 1')).rejects.toThrow(/password/);
      expect(await query(url, 'show fsync')).toEqual([{ fsync: 'on' }]);
      await server.stop();
      expect(existsSync(folder)).toBe(false);
    }, 60_000);

    it('has databases for single tests', async () => {
      const server = await startPostgres({ own: true });
      const database = await createDatabase(server.url);
      expect(await query(database.url, 'select 1 as one')).toEqual([{ one: 1 }]);
      await database.drop();
      await expect(query(database.url, 'select 1')).rejects.toThrow(/does not exist/);
      await server.stop();
    }, 60_000);
  },
  { own: true },
);
