import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { StoredFact } from '@chargestream/contracts';
import type { StoredEvent } from '@chargestream/event-store';
import fc from 'fast-check';
import { describeWithDatabases } from '@chargestream/postgres';
import { openSqliteReadModel, type ReadModel } from './index';
import { openPostgresReadModel } from './postgres';
import {
  chargerConnected,
  chargerDisconnected,
  commandRequested,
  energySample,
  LogWriter,
  sampleOf,
  sessionEnded,
  sessionStarted,
  sessionUpdated,
  tokenPut,
  KINDS,
  writeAnything,
} from './testing';

jest.setTimeout(60_000);

const TENANT = 'default';

describe('the read model, on SQLite', () => {
  projected(() => openSqliteReadModel({ path: ':memory:' }));
});
describeWithDatabases('the read model, on PostgreSQL', (newDatabase) => {
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

  it('follows a charger: connection, boot, life', async () => {
    log.charger('CP', chargerConnected(5));
    const seen = log.charger('CP', { type: 'ChargerSeen', data: {} });
    await readModel.apply(log.events);
    const online = await readModel.queries.charger(TENANT, 'CP');
    expect(online).toMatchObject({
      connectivity: 'ONLINE',
      connection_epoch: 5,
      last_seen_at: seen.metadata.receivedAt,
    });
    await readModel.apply([log.charger('CP', chargerDisconnected(4))]);
    expect(await readModel.queries.charger(TENANT, 'CP')).toMatchObject({ connectivity: 'ONLINE' });
    await readModel.apply([log.charger('CP', chargerDisconnected(5))]);
    expect(await readModel.queries.charger(TENANT, 'CP')).toMatchObject({
      connectivity: 'OFFLINE',
      disconnected_at: expect.any(String),
      last_seen_at: seen.metadata.receivedAt,
    });
  });

  it('follows a session to its end and corrects it afterwards', async () => {
    log.session('CP', 's1', sessionStarted('s1'));
    log.session('CP', 's1', sessionUpdated(2500, [energySample(2500), sampleOf('SoC', 40, 'Percent')]));
    log.session('CP', 's1', sessionUpdated(4000, [sampleOf('SoC', 60, 'Percent')], { chargingState: 'Charging' }));
    await readModel.apply(log.events);
    expect(await readModel.queries.session(TENANT, 's1')).toMatchObject({
      state: 'ACTIVE',
      energy_wh: 3000,
      soc_percent: 60,
      charging_state: 'Charging',
    });
    const correction: StoredFact = {
      type: 'SessionCorrected',
      data: { reason: 'late reading', seqNo: null, energyWh: 5100, meterStopWh: 6100, samples: [energySample(6100)] },
    };
    await readModel.apply([log.session('CP', 's1', sessionEnded()), log.session('CP', 's1', correction)]);
    expect(await readModel.queries.session(TENANT, 's1')).toMatchObject({
      state: 'ENDED',
      energy_wh: 5100,
      meter_stop_wh: 6100,
      stop_reason: 'Local',
      ended_at: '2026-01-01T01:00:00.000Z',
    });
    const samples = await readModel.queries.samples('s1', null, { first: 10 });
    expect(samples.rows.map(({ row }) => row.value)).toEqual([2500, 40, 60, 6100]);
    const percent = await readModel.queries.samples('s1', 'SoC', { first: 1 });
    expect(percent).toMatchObject({ rows: [{ row: { value: 40 } }], hasNextPage: true });
  });

  it('tells each change once per batch, with what caused it', async () => {
    log.session('CP', 's1', sessionStarted('s1'), { causationId: 'a' });
    log.session('CP', 's1', sessionUpdated(2000, []), { causationId: 'b' });
    log.token('CARD', tokenPut('CARD'));
    const changes = await readModel.apply(log.events);
    expect(changes).toEqual([
      { entity: 'session', tenantId: TENANT, chargerId: 'CP', id: 's1', causationIds: ['a', 'b'] },
      { entity: 'token', tenantId: TENANT, chargerId: null, id: 'CARD', causationIds: [expect.any(String)] },
    ]);
  });

  it('removes a token whatever its case', async () => {
    await readModel.apply([log.token('Card', tokenPut('Card'))]);
    expect(await readModel.queries.token(TENANT, 'cARD')).toMatchObject({ id_token: 'Card' });
    await readModel.apply([log.token('CARD', { type: 'TokenRemoved', data: { idToken: 'CARD' } })]);
    expect(await readModel.queries.token(TENANT, 'Card')).toBeUndefined();
  });

  it('keeps a command finished when the note of its sending comes late', async () => {
    const response = { status: 'Accepted' };
    log.command('CP', 'k', commandRequested('k'));
    log.command('CP', 'k', {
      type: 'CommandFinished',
      data: { outcome: 'ACCEPTED', ocppAction: 'UnlockConnector', response, error: null, finishedAt: 'T2' },
    });
    log.command('CP', 'k', { type: 'CommandSent', data: { ocppAction: 'UnlockConnector', payload: {}, sentAt: 'T1' } });
    await readModel.apply(log.events);
    expect(await readModel.queries.command(TENANT, 'k')).toMatchObject({
      state: 'ACCEPTED',
      response: JSON.stringify(response),
      sent_at: 'T1',
    });
  });

  it('keeps settings: changed keys replace, unknown ones go, a complete report forgets the rest', async () => {
    const report = (keys: Record<string, string>, complete: boolean, unknownKeys: string[] = []): StoredFact => ({
      type: 'ConfigurationReported',
      data: {
        keys: Object.entries(keys).map(([key, value]) => ({ key, value, readonly: false })),
        unknownKeys,
        complete,
      },
    });
    const keys = async () =>
      Object.keys(JSON.parse((await readModel.queries.configurationOf(TENANT, 'CP'))?.keys ?? ''));
    await readModel.apply([log.charger('CP', report({ B: '1', A: '2' }, true))]);
    await readModel.apply([log.charger('CP', report({ C: '3' }, false, ['A']))]);
    expect(await keys()).toEqual(['B', 'C']);
    await readModel.apply([log.charger('CP', report({ D: '4' }, true))]);
    expect(await keys()).toEqual(['D']);
  });

  it('finds text literally, wildcards and case included', async () => {
    for (const id of ['depot_1', 'depotX1', 'Other%']) await readModel.apply([log.charger(id, chargerConnected(1))]);
    const found = async (text: string) =>
      (await readModel.queries.chargers(TENANT, { text }, { first: 10 })).rows.map(({ row }) => row.charger_id);
    expect(await found('DEPOT_1')).toEqual(['depot_1']);
    expect(await found('%')).toEqual(['Other%']);
    expect(await found("'; drop table chargers; --")).toEqual([]);
  });

  it('pages through rows with equal sort keys without losing or repeating one', async () => {
    for (let index = 0; index < 25; index++) log.session('CP', `s${index}`, sessionStarted(`s${index}`));
    await readModel.apply(log.events);
    const seen: string[] = [];
    for (let after: string | undefined, more = true; more;) {
      const page = await readModel.queries.sessions(TENANT, {}, { first: 4, after });
      seen.push(...page.rows.map(({ row }) => row.key));
      more = page.hasNextPage;
      after = page.rows.at(-1)?.cursor;
    }
    expect(new Set(seen).size).toBe(25);
    expect(seen).toHaveLength(25);
  });

  it('keeps tenants apart', async () => {
    const other = new LogWriter('other');
    other.charger('CP', chargerConnected(1));
    await readModel.apply(other.events);
    expect(await readModel.queries.charger(TENANT, 'CP')).toBeUndefined();
    expect(await readModel.queries.charger('other', 'CP')).toMatchObject({ charger_id: 'CP' });
  });

  it('changes nothing when a batch fails half-way', async () => {
    await readModel.apply([log.session('CP', 's1', sessionStarted('s1'))]);
    const [before, checkpoint] = [await readModel.contentHash(), await readModel.checkpoint()];
    const good = log.session('CP', 's1', sessionUpdated(9000, []));
    const bad = { ...log.session('CP', 's2', sessionStarted('s2')), data: {} } as StoredEvent;
    await expect(readModel.apply([good, bad])).rejects.toThrow();
    expect(await readModel.contentHash()).toBe(before);
    expect(await readModel.checkpoint()).toBe(checkpoint);
  });

  it('is the same in the end however the log is cut into batches, and after wiping', async () => {
    const step = fc.record({
      kind: fc.constantFrom(...KINDS),
      id: fc.integer({ min: 1, max: 4 }),
      value: fc.integer({ min: 0, max: 50_000 }),
    });
    const steps = fc.array(step, { minLength: 1, maxLength: 60 });
    const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(steps, sizes, async (randomSteps, batchSizes) => {
        const random = new LogWriter();
        for (const { kind, id, value } of randomSteps) writeAnything(random, kind, id, value);
        await readModel.wipe();
        for (const event of random.events) await readModel.apply([event]);
        const oneByOne = await readModel.contentHash();
        await readModel.wipe();
        expect(await readModel.checkpoint()).toBeNull();
        for (let from = 0, batch = 0; from < random.events.length; batch++) {
          const size = batchSizes[batch % batchSizes.length] ?? 1;
          await readModel.apply(random.events.slice(from, from + size));
          from += size;
        }
        expect(await readModel.contentHash()).toBe(oneByOne);
      }),
      { numRuns: 25 },
    );
  });

  it('takes whole numbers of any size', async () => {
    await readModel.apply([log.session('CP', 's1', sessionStarted('s1', { evseId: 1e300, connectorId: 2 ** 60 }))]);
    expect(await readModel.queries.session(TENANT, 's1')).toMatchObject({ evse_id: 1e300, connector_id: 2 ** 60 });
  });

  it('shows NUL and other odd characters of a charger without losing the rest', async () => {
    const odd = 'a\0b\ud800c\'"%_\\ü☃𝄞';
    await readModel.apply([
      log.session('CP', 's1', sessionStarted('s1', { token: { idToken: odd, type: 'Central' } })),
    ]);
    expect((await readModel.queries.session(TENANT, 's1'))?.id_token).toBe('a\u2400b\ufffdc\'"%_\\ü☃𝄞');
    expect((await readModel.queries.sessions(TENANT, { idToken: 'x\0y' }, { first: 5 })).rows).toEqual([]);
  });
}

it('a read model in a file survives being closed and opened again', async () => {
  const log = new LogWriter();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'chargestream-read-model-'));
  try {
    const file = path.join(folder, 'read-model.db');
    const first = await openSqliteReadModel({ path: file });
    await first.apply([log.session('CP', 's1', sessionStarted('s1'))]);
    const [hash, checkpoint] = [await first.contentHash(), await first.checkpoint()];
    await first.close();
    const second = await openSqliteReadModel({ path: file });
    expect([await second.contentHash(), await second.checkpoint()]).toEqual([hash, checkpoint]);
    await second.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
