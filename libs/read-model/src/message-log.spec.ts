import { describeWithDatabases } from '@chargestream/postgres';
import { openSqliteReadModel, type ReadModel, type ReadModelOptions } from './index';
import { openPostgresReadModel } from './postgres';
import { frame } from './testing';

jest.setTimeout(60_000);

const DAY_MS = 86_400_000;

describe('the log of OCPP frames, on SQLite', () => {
  frames((options) => openSqliteReadModel({ path: ':memory:', ...options }));
});
describeWithDatabases('the log of OCPP frames, on PostgreSQL', (newDatabase) => {
  frames(async (options) => openPostgresReadModel({ url: await newDatabase(), ...options }));
});

function frames(open: (options: ReadModelOptions) => Promise<ReadModel>): void {
  let nowMs: number;
  let readModel: ReadModel;

  beforeEach(async () => {
    nowMs = Date.parse('2026-01-01T00:00:00.000Z');
    const messageLog = { maxAgeMs: DAY_MS, maxPerCharger: 10, maxBytesPerCharger: 1_000 };
    readModel = await open({ clock: () => nowMs, messageLog });
  });
  afterEach(() => readModel.close());

  const ids = async (chargerId: string, filter = {}) =>
    (await readModel.queries.ocppMessages('default', chargerId, filter, { first: 100 })).rows.map(
      ({ row }) => row.message_id,
    );

  it('keeps the order of frames of one millisecond, newest first', async () => {
    await readModel.recordOcppMessages([frame('A', 1), frame('A', 2)]);
    await readModel.recordOcppMessages([frame('A', 3)]);
    expect(await ids('A')).toEqual(['3', '2', '1']);
    expect(await ids('A', { direction: 'OUT' })).toEqual(['3', '1']);
    expect(await ids('A', { valid: false })).toEqual(['3']);
  });

  it('does not double a frame that comes again', async () => {
    await readModel.recordOcppMessages([frame('A', 1)]);
    await readModel.recordOcppMessages([frame('A', 1)]);
    expect(await ids('A')).toEqual(['1']);
  });

  it('keeps the newest of each charger', async () => {
    for (let index = 0; index < 40; index++) await readModel.recordOcppMessages([frame('A', index), frame('B', 99)]);
    const kept = await ids('A');
    expect(kept.slice(0, 10)).toEqual(['39', '38', '37', '36', '35', '34', '33', '32', '31', '30']);
    expect(kept.length).toBeLessThanOrEqual(11);
    expect(await ids('B')).toEqual(['99']);
  });

  it('drops what is too old', async () => {
    await readModel.recordOcppMessages([frame('A', 1)]);
    nowMs += DAY_MS + 60_001;
    await readModel.recordOcppMessages([frame('B', 2, new Date(nowMs).toISOString())]);
    expect(await ids('A')).toEqual([]);
    expect(await ids('B')).toEqual(['2']);
  });

  it('keeps of each charger what is no larger than it may be, the newest', async () => {
    // A number, two bytes to each letter, and [] for no deviations: 203.
    const large = (index: number) => ({ ...frame('A', index), raw: `${index}${'é'.repeat(100)}` });
    for (let index = 0; index < 8; index++) {
      await readModel.recordOcppMessages([large(index), frame('B', index)]);
      expect((await ids('A')).length).toBeLessThanOrEqual(5);
    }
    expect(await ids('A')).toEqual(['7', '6', '5', '4']);
    expect(await ids('B')).toHaveLength(8);
  });

  it('does not keep a frame that is larger than all may be together', async () => {
    await readModel.recordOcppMessages([frame('A', 1), { ...frame('A', 2), raw: 'x'.repeat(1_200) }]);
    expect(await ids('A')).toEqual([]);
  });

  it('finds the frames of a session and of a command', async () => {
    const about = [{ sessionId: 's1' }, { sessionId: 's2', commandId: 'c1' }, { commandId: 'c1' }];
    await readModel.recordOcppMessages(about.map((ids, index) => ({ ...frame('A', index), ...ids })));
    expect(await ids('A', { sessionId: 's1' })).toEqual(['0']);
    expect(await ids('A', { commandId: 'c1' })).toEqual(['2', '1']);
    expect(await ids('A', { commandId: 'c1', sessionId: 's2' })).toEqual(['1']);
  });

  it('is no part of the content hash', async () => {
    const before = await readModel.contentHash();
    await readModel.recordOcppMessages([frame('A', 1)]);
    expect(await readModel.contentHash()).toBe(before);
  });
}
