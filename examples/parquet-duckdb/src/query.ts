import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { quoted } from './parquet-files';

/** One line of the result. */
export interface ChargerDay {
  charger: string;
  /** `YYYY-MM-DD` in the time zone that was asked for. */
  day: string;
  sessions: number;
  samples: number;
  /** What the import register grew by between the day's first and last reading of each session, kWh. */
  kwh: number | null;
  /** Highest power sampled, kW. */
  maxKw: number | null;
}

/** What the chargers did by day, from the files alone. @param timeZone whose days */
export async function chargerDays(folder: string, timeZone: string): Promise<ChargerDay[]> {
  const glob = path.join(folder, '*.parquet');
  if (!hasFiles(folder)) return [];
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const result = await connection.runAndReadAll(`
      WITH dated AS (
        SELECT *, strftime(timezone(${quoted(timeZone)}, sampled_at), '%Y-%m-%d') AS local_day
        FROM read_parquet(${quoted(glob)})
      ), by_session AS (
        SELECT tenant_id, charger_id, local_day, session_id, count(*) AS samples,
          max(value) FILTER (measurand = 'Energy.Active.Import.Register' AND phase IS NULL)
            - min(value) FILTER (measurand = 'Energy.Active.Import.Register' AND phase IS NULL) AS energy_wh,
          max(value) FILTER (measurand = 'Power.Active.Import' AND phase IS NULL) AS max_w
        FROM dated GROUP BY ALL
      )
      SELECT tenant_id || '/' || charger_id AS charger, local_day, count(session_id)::INTEGER AS sessions,
        sum(samples)::INTEGER AS samples, round(sum(energy_wh) / 1000, 3)::DOUBLE AS kwh,
        round(max(max_w) / 1000, 3)::DOUBLE AS max_kw
      FROM by_session GROUP BY ALL ORDER BY charger, local_day`);
    return result.getRowObjectsJson().map((row) => ({
      charger: String(row.charger),
      day: String(row.local_day),
      sessions: Number(row.sessions),
      samples: Number(row.samples),
      kwh: row.kwh === null ? null : Number(row.kwh),
      maxKw: row.max_kw === null ? null : Number(row.max_kw),
    }));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Of none DuckDB would make an error. */
function hasFiles(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('.parquet'));
}
