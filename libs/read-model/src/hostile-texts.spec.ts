import { createHash } from 'node:crypto';
import type { StoredFact, VariableReport } from '@chargestream/contracts';
import { describeWithDatabases } from '@chargestream/postgres';
import { openSqliteReadModel, type ReadModel } from './index';
import { openPostgresReadModel } from './postgres';
import { LogWriter, sessionStarted, tokenPut } from './testing';

jest.setTimeout(60_000);

const TENANT = 'default';

describe('texts no charger should send, on SQLite', () => {
  projected(() => openSqliteReadModel({ path: ':memory:' }));
});
describeWithDatabases('texts no charger should send, on PostgreSQL', (newDatabase) => {
  projected(async () => openPostgresReadModel({ url: await newDatabase() }));
});

function projected(open: () => Promise<ReadModel>): void {
  let readModel: ReadModel;
  let log: LogWriter;

  beforeEach(async () => {
    readModel = await open();
    log = new LogWriter();
  });
  afterEach(() => readModel.close());

  it('may be longer than an entry of an index', async () => {
    const long = incompressible(60_000);
    const other = `${long.slice(0, -1)}!`;
    await readModel.apply([
      log.session('CP', 's1', sessionStarted('s1', { token: { idToken: long, type: 'Central' } })),
      log.session('CP', 's2', sessionStarted('s2', { token: { idToken: other, type: 'Central' } })),
      log.charger('CP', variables({ component: long, value: '1' }, { component: other, value: '2' })),
      log.token(long, tokenPut(long)),
      log.token(other, tokenPut(other)),
    ]);
    for (const [idToken, session] of [
      [long, 's1'],
      [other, 's2'],
    ] as const) {
      const found = await readModel.queries.sessions(TENANT, { idToken }, { first: 5 });
      expect(found.rows.map(({ row }) => row.key)).toEqual([session]);
      expect((await readModel.queries.token(TENANT, idToken))?.id_token).toBe(idToken);
    }
    const reported = await readModel.queries.variablesOf(TENANT, 'CP', {}, 10);
    expect(reported.map(({ component, value }) => [component, value]).sort()).toEqual(
      [
        [long, '1'],
        [other, '2'],
      ].sort(),
    );
    await readModel.apply([log.token(long, { type: 'TokenRemoved', data: { idToken: long } })]);
    expect(await readModel.queries.token(TENANT, long)).toBeUndefined();
    expect(await readModel.queries.token(TENANT, other)).toBeDefined();
  });

  it.each([
    ['a NUL', 'a\0b', 'a\u2400b'],
    ['half a character', 'a\ud800b', 'a\ufffdb'],
  ])('with %s name the same row again in a later batch', async (_what, odd, shown) => {
    await readModel.apply([log.token(odd, tokenPut(odd)), log.token('other', tokenPut('other'))]);
    await readModel.apply([log.charger('CP', variables({ component: odd, value: '1', mutability: 'ReadOnly' }))]);
    await readModel.apply([log.charger('CP', variables({ component: odd, value: '2' }))]);
    expect(await readModel.queries.variablesOf(TENANT, 'CP', {}, 10)).toMatchObject([
      { component: shown, value: '2', mutability: 'ReadOnly' },
    ]);
    await readModel.apply([log.token(odd, { type: 'TokenRemoved', data: { idToken: odd } })]);
    expect(await readModel.queries.token(TENANT, odd)).toBeUndefined();
    expect(await readModel.queries.token(TENANT, 'other')).toBeDefined();
  });
}

/** Printable, and nothing in it repeats: PostgreSQL compresses what does before it counts. */
function incompressible(length: number): string {
  let text = '';
  for (let index = 0; text.length < length; index++) {
    text += createHash('sha512').update(String(index)).digest('base64url');
  }
  return text.slice(0, length);
}

function variables(...reports: Partial<VariableReport>[]): StoredFact {
  const report: VariableReport = {
    component: 'C',
    componentInstance: null,
    evseId: null,
    connectorId: null,
    variable: 'V',
    variableInstance: null,
    attributeType: 'Actual',
    value: null,
    mutability: null,
    dataType: null,
    unit: null,
  };
  return {
    type: 'VariablesReported',
    data: { variables: reports.map((given) => ({ ...report, ...given })) },
  } as StoredFact;
}
