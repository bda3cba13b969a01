import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { MeterEvent, PublishedMeterSample } from '@chargestream/contracts';
import { ParquetFiles, type MeterRecord } from './parquet-files';
import { chargerDays } from './query';

const sample = (more: Partial<PublishedMeterSample>): PublishedMeterSample => ({
  timestamp: '2026-06-01T21:00:00.000Z',
  measurand: 'Energy.Active.Import.Register',
  value: 1_000,
  unit: 'Wh',
  phase: null,
  location: null,
  context: null,
  raw: null,
  ...more,
});

function record(offset: number, samples: PublishedMeterSample[], partition = 0): MeterRecord {
  const event: MeterEvent = {
    id: `event-${partition}-${offset}`,
    type: 'MeterSamplesRecorded',
    schemaVersion: 1,
    tenantId: 'default',
    chargerId: "it's CP-1",
    correlationId: 'c',
    causationId: null,
    connectionEpoch: 1,
    ocppVersion: '1.6',
    ocppMessageId: 'm',
    occurredAt: '2026-06-01T21:00:00.000Z',
    receivedAt: '2026-06-01T21:00:01.000Z',
    data: {
      ...{ sessionId: 's', transactionId: '1', evseId: 1, connectorId: 1, token: null, afterEnd: false },
      energyWh: 0,
      samples,
    },
  };
  return { partition, offset: BigInt(offset), id: event.id, event };
}

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "parquet-it's-"))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('Parquet files of meter values', () => {
  it('hold what DuckDB then tells by local day', async () => {
    const files = await ParquetFiles.open(folder);
    const later = { timestamp: '2026-06-01T21:30:00.000Z' };
    const nextDay = { timestamp: '2026-06-01T22:30:00.000Z' };
    await files.write([
      record(4, [sample({}), sample({ measurand: 'SoC', value: null, unit: null })]),
      record(5, [
        sample({ ...later, value: 3_500 }),
        sample({ ...later, measurand: 'Power.Active.Import', value: 7_400 }),
      ]),
      record(7, [sample({ ...nextDay, value: 4_000 })]),
    ]);
    const line = { charger: "default/it's CP-1", sessions: 1 };
    expect(await chargerDays(files.folder, 'UTC')).toEqual([
      { ...line, day: '2026-06-01', samples: 5, kwh: 3, maxKw: 7.4 },
    ]);
    expect(await chargerDays(files.folder, 'Europe/Berlin')).toEqual([
      { ...line, day: '2026-06-01', samples: 4, kwh: 2.5, maxKw: 7.4 },
      { ...line, day: '2026-06-02', samples: 1, kwh: 0, maxKw: null },
    ]);
    files.close();
  });

  it('are none at first, and that is no error', async () => {
    expect(await chargerDays(folder, 'UTC')).toEqual([]);
    expect(await chargerDays(path.join(folder, 'gone'), 'UTC')).toEqual([]);
  });

  it('are not written twice, whatever comes again and after whatever crash', async () => {
    const files = await ParquetFiles.open(folder);
    expect(await files.write([record(0, [sample({})]), record(1, [sample({})])])).toBe(2);
    expect(await files.write([record(0, [sample({})], 1)])).toBe(1);
    expect(await files.write([record(0, [sample({})]), record(1, [sample({})])])).toBe(0);
    files.close();
    writeFileSync(path.join(folder, 'partition-0-offsets-2-9.parquet.part'), 'half of a file');

    const again = await ParquetFiles.open(folder);
    expect(await again.write([record(1, [sample({})]), record(2, [sample({})])])).toBe(1);
    expect(readdirSync(folder).sort()).toEqual([
      'partition-0-offsets-0-1.parquet',
      'partition-0-offsets-2-2.parquet',
      'partition-1-offsets-0-0.parquet',
    ]);
    const [line] = await chargerDays(again.folder, 'UTC');
    expect(line?.samples).toBe(4);
    again.close();
  });
});
