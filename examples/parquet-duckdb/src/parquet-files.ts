import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { MeterEvent } from '@chargestream/contracts';
import { DuckDBInstance, DuckDBTimestampTZValue, type DuckDBAppender, type DuckDBConnection } from '@duckdb/node-api';

/** One record of `csms.meter-values.v1`. */
export interface MeterRecord {
  partition: number;
  offset: bigint;
  /** `ce_id`. */
  id: string;
  event: MeterEvent;
}

/** Columns of the files, one row for each sample. Times are instants; `value` is in `unit`. */
const COLUMNS = `
  event_id VARCHAR NOT NULL, sample_no INTEGER NOT NULL, tenant_id VARCHAR NOT NULL, charger_id VARCHAR NOT NULL,
  session_id VARCHAR, evse_id INTEGER, sampled_at TIMESTAMPTZ, received_at TIMESTAMPTZ, measurand VARCHAR NOT NULL,
  value DOUBLE, unit VARCHAR, phase VARCHAR, location VARCHAR, context VARCHAR
`;

const FILE = /^partition-(\d+)-offsets-(\d+)-(\d+)\.parquet$/;

/**
 * A folder of Parquet files, each named after the offsets that it holds. The names are the checkpoint: a file is there
 * whole or not at all, so what is in a file is known to be, and a record that Kafka hands over again is passed over.
 */
export class ParquetFiles {
  /** By partition, the last offset that is in a file. */
  private readonly written = new Map<number, bigint>();

  private constructor(
    readonly folder: string,
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
  ) {}

  static async open(folder: string): Promise<ParquetFiles> {
    mkdirSync(folder, { recursive: true });
    const instance = await DuckDBInstance.create(':memory:');
    const files = new ParquetFiles(folder, instance, await instance.connect());
    for (const name of readdirSync(folder)) {
      if (name.endsWith('.part')) rmSync(path.join(folder, name)); // of a process that was killed
      const [, partition, , last] = FILE.exec(name) ?? [];
      if (partition !== undefined && last !== undefined) files.passed(Number(partition), BigInt(last));
    }
    await files.connection.run(`CREATE TABLE samples (${COLUMNS})`);
    return files;
  }

  /** Writes records of one partition, in order. @returns how many of them were not in a file yet */
  async write(records: readonly MeterRecord[]): Promise<number> {
    const fresh = records.filter(({ partition, offset }) => offset > (this.written.get(partition) ?? -1n));
    const [first] = fresh;
    const last = fresh.at(-1);
    if (first === undefined || last === undefined) return 0;
    const name = `partition-${first.partition}-offsets-${first.offset}-${last.offset}.parquet`;
    const whole = path.join(this.folder, name);
    await this.connection.run('DELETE FROM samples');
    const appender = await this.connection.createAppender('samples');
    for (const record of fresh) appendRows(appender, record);
    appender.closeSync();
    await this.connection.run(`COPY samples TO ${quoted(`${whole}.part`)} (FORMAT parquet, COMPRESSION zstd)`);
    renameSync(`${whole}.part`, whole);
    this.passed(last.partition, last.offset);
    return fresh.length;
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }

  private passed(partition: number, offset: bigint): void {
    if (offset > (this.written.get(partition) ?? -1n)) this.written.set(partition, offset);
  }
}

export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function appendRows(appender: DuckDBAppender, { id, event }: MeterRecord): void {
  const { tenantId, chargerId, receivedAt, data } = event;
  for (const [index, sample] of data.samples.entries()) {
    appender.appendVarchar(id);
    appender.appendInteger(index);
    appender.appendVarchar(tenantId);
    appender.appendVarchar(chargerId);
    appendText(appender, data.sessionId);
    if (data.evseId === null) appender.appendNull();
    else appender.appendInteger(data.evseId);
    appendTime(appender, sample.timestamp);
    appendTime(appender, receivedAt);
    appender.appendVarchar(sample.measurand);
    if (sample.value === null) appender.appendNull();
    else appender.appendDouble(sample.value);
    for (const text of [sample.unit, sample.phase, sample.location, sample.context]) appendText(appender, text);
    appender.endRow();
  }
}

function appendText(appender: DuckDBAppender, text: string | null): void {
  if (text === null) appender.appendNull();
  else appender.appendVarchar(text);
}

function appendTime(appender: DuckDBAppender, iso: string): void {
  appender.appendTimestampTZ(new DuckDBTimestampTZValue(BigInt(Date.parse(iso)) * 1000n));
}
