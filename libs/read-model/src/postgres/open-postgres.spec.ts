import { describeWithDatabases, describeWithPostgres, startPostgres } from '@chargestream/postgres';
import type { Kysely } from 'kysely';
import { NewerSchemaError, openSqliteReadModel, ReadModelUnavailableError } from '../index';
import { frame, KINDS, LogWriter, sessionStarted, writeAnything } from '../testing';
import { openPostgresReadModel } from './index';

jest.setTimeout(60_000);

const TENANT = 'default';
/** When the frames were new. */
const clock = () => Date.parse('2026-01-01T00:00:00.000Z');

describeWithDatabases('a read model in PostgreSQL', (newDatabase) => {
  it('has the same content as one in SQLite, and keeps it', async () => {
    const url = await newDatabase();
    const postgres = await openPostgresReadModel({ url });
    const sqlite = await openSqliteReadModel({ path: ':memory:' });
    const log = new LogWriter();
    for (let id = 0; id < 90; id++) writeAnything(log, KINDS[id % KINDS.length]!, id % 11, id * 7.3);
    for (const readModel of [postgres, sqlite]) await readModel.apply(log.events);
    const hash = await sqlite.contentHash();
    expect(await postgres.contentHash()).toBe(hash);
    await postgres.close();
    const again = await openPostgresReadModel({ url });
    expect(await again.contentHash()).toBe(hash);
    await again.close();
    await sqlite.close();
  });

  it('is made once by processes that start together, and refuses tables of a newer version', async () => {
    const url = await newDatabase();
    const opened = await Promise.all([1, 2, 3].map(() => openPostgresReadModel({ url })));
    const migrations = opened[0]!.db as unknown as Kysely<{ kysely_migration: { name: string; timestamp: string } }>;
    const names = (await migrations.selectFrom('kysely_migration').select('name').execute()).map(({ name }) => name);
    expect(names).toContain('0001-initial');
    expect(new Set(names).size).toBe(names.length);
    await migrations.insertInto('kysely_migration').values({ name: '9999-later', timestamp: '2099' }).execute();
    await Promise.all(opened.map((one) => one.close()));
    await expect(openPostgresReadModel({ url })).rejects.toThrow(NewerSchemaError);
    await expect(openPostgresReadModel({ url })).rejects.toThrow(/newer version, which has "9999-later"/);
  });

  it('takes the same frames from several cores at once, and shows each once', async () => {
    const url = await newDatabase();
    const cores = await Promise.all([1, 2, 3].map(() => openPostgresReadModel({ url, clock })));
    const frames = Array.from({ length: 300 }, (_, index) => frame(`CP-${index % 7}`, index));
    const given = [frames, [...frames].reverse(), [...frames.slice(150), ...frames.slice(0, 150)]];
    await Promise.all(cores.map((core, index) => core.recordOcppMessages(given[index]!)));
    let shown = 0;
    for (let charger = 0; charger < 7; charger++) {
      shown += (await cores[0]!.queries.ocppMessages(TENANT, `CP-${charger}`, {}, { first: 1000 })).rows.length;
    }
    expect(shown).toBe(300);
    await Promise.all(cores.map((core) => core.close()));
  });
});

describeWithPostgres(
  'a read model whose PostgreSQL crashes',
  () => {
    it('says so, works again when the server is back, and has rows and checkpoint of one moment', async () => {
      const server = await startPostgres({ own: true });
      const warnings: string[] = [];
      const logger = { warn: (_details: object, message: string) => void warnings.push(message) };
      const readModel = await openPostgresReadModel({ url: server.url, logger, clock });
      const log = new LogWriter();
      await readModel.apply([log.session('CP', 's1', sessionStarted('s1'))], null);
      await readModel.recordOcppMessages([frame('CP', 1)]);
      const late = log.session('CP', 's2', sessionStarted('s2'));
      await readModel.apply([late], log.events[0]!.position);
      await server.kill();
      await expect(readModel.checkpoint()).rejects.toThrow(ReadModelUnavailableError);
      await expect(readModel.apply([late], null)).rejects.toThrow(ReadModelUnavailableError);
      await expect(openPostgresReadModel({ url: server.url })).rejects.toThrow(ReadModelUnavailableError);
      await server.start();
      // What was committed last may be gone, then with its checkpoint; frames that were recorded nobody sends again.
      const checkpoint = await readModel.checkpoint();
      const projected = log.events.filter(({ position }) => checkpoint !== null && position <= checkpoint);
      for (const { stream } of log.events) {
        const row = await readModel.queries.session(TENANT, stream.replace('session-', ''));
        expect(row !== undefined).toBe(projected.some((event) => event.stream === stream));
      }
      expect((await readModel.queries.ocppMessages(TENANT, 'CP', {}, { first: 5 })).rows).toHaveLength(1);
      await readModel.apply(log.events.slice(projected.length), checkpoint);
      expect(await readModel.queries.session(TENANT, 's2')).toBeDefined();
      expect(warnings.length).toBeGreaterThan(0);
      await readModel.close();
      await server.stop();
    });
  },
  { own: true },
);

it('a read model whose PostgreSQL is not there says where it looked', async () => {
  const both = new AggregateError(
    [new Error('connect ECONNREFUSED ::1:5432'), new Error('connect ECONNREFUSED 127.0.0.1:5432')],
    '',
  );
  expect(new ReadModelUnavailableError({ cause: both }).message).toMatch(/::1:5432; .*127\.0\.0\.1:5432/);
  const opening = openPostgresReadModel({ url: 'postgres://nobody:secret@localhost:1/none' });
  await expect(opening).rejects.toThrow(ReadModelUnavailableError);
  await expect(opening).rejects.toThrow(/does not answer: connect ECONNREFUSED .*:1/);
  await expect(opening).rejects.not.toThrow(/secret/);
});
