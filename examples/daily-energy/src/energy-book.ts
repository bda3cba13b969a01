import type { MeterEvent, PublishedSession, SessionEvent } from '@chargestream/contracts';
import Database from 'libsql';
import { LocalDays } from './local-days';

/** One line of the result. */
export interface DailyEnergy {
  tenantId: string;
  chargerId: string;
  /** `YYYY-MM-DD` in the book's time zone. */
  day: string;
  energyWh: number;
}

export type EnergyEvent = MeterEvent | SessionEvent;

/** A record as it came: `id` is its `ce_id`. */
export interface IncomingEvent {
  id: string;
  event: EnergyEvent;
}

interface SessionRow {
  energy_wh: number;
  /** Up to when that energy is counted, milliseconds since the epoch. */
  at_ms: number;
  ended: number;
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS book (time_zone TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS seen (ce_id TEXT PRIMARY KEY, seen_at_ms INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS sessions (
    session_id TEXT PRIMARY KEY, energy_wh REAL NOT NULL, at_ms INTEGER NOT NULL, ended INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS daily_energy (
    tenant_id TEXT NOT NULL, charger_id TEXT NOT NULL, day TEXT NOT NULL, energy_wh REAL NOT NULL,
    PRIMARY KEY (tenant_id, charger_id, day)
  ) WITHOUT ROWID;
`;

/** Longer than the topics keep records (30 days): what is older cannot come again. */
const FORGET_AFTER_MS = 31 * 24 * 60 * 60 * 1000;

/**
 * Energy of each charger by local day, in a SQLite file. Every event counts once, however often Kafka hands it over: its id
 * is written in the same transaction as what it changes.
 */
export class EnergyBook {
  private readonly database: Database.Database;
  private readonly days: LocalDays;
  private readonly clock: () => number;

  /** @throws Error when the file was made for another time zone: days that are added up cannot be cut anew. */
  constructor(options: { path: string; timeZone: string; clock?: () => number }) {
    this.clock = options.clock ?? Date.now;
    this.days = new LocalDays(options.timeZone);
    this.database = new Database(options.path);
    this.database.exec('PRAGMA journal_mode = WAL');
    this.database.exec(TABLES);
    const made = this.database.prepare('SELECT time_zone FROM book').get([]) as { time_zone: string } | undefined;
    if (made === undefined) this.database.prepare('INSERT INTO book VALUES (?)').run([options.timeZone]);
    else if (made.time_zone !== options.timeZone) {
      throw new Error(
        `${options.path} is for the time zone ${made.time_zone}, not ${options.timeZone}: give it another --file and --group`,
      );
    }
  }

  /** Takes what came together, all or nothing. @returns how many of them were new */
  takeAll(incoming: readonly IncomingEvent[]): number {
    const remember = this.database.prepare('INSERT OR IGNORE INTO seen VALUES (?, ?)');
    let taken = 0;
    this.database.exec('BEGIN IMMEDIATE');
    try {
      for (const { id, event } of incoming) {
        if (remember.run([id, this.clock()]).changes === 0) continue;
        this.take(event);
        taken += 1;
      }
      this.database.prepare('DELETE FROM seen WHERE seen_at_ms < ?').run([this.clock() - FORGET_AFTER_MS]);
      this.database.exec('COMMIT');
    } catch (error) {
      this.database.exec('ROLLBACK');
      throw error;
    }
    return taken;
  }

  /** Everything known, by tenant, charger and day. */
  dailyEnergy(): DailyEnergy[] {
    const rows = this.database
      .prepare('SELECT tenant_id, charger_id, day, energy_wh FROM daily_energy ORDER BY tenant_id, charger_id, day')
      .all([]) as { tenant_id: string; charger_id: string; day: string; energy_wh: number }[];
    return rows.map((row) => ({
      tenantId: row.tenant_id,
      chargerId: row.charger_id,
      day: row.day,
      energyWh: row.energy_wh,
    }));
  }

  close(): void {
    this.database.close();
  }

  private take(event: EnergyEvent): void {
    switch (event.type) {
      case 'MeterSamplesRecorded':
        return this.takeReading(event);
      case 'SessionStarted':
      case 'SessionUpdated':
        if (this.session(event.data.session.sessionId) === undefined) this.open(event.data.session);
        return;
      case 'SessionEnded':
      case 'SessionCorrected':
        return this.takeTotal(event, event.data.session);
      default:
        // Anomalies change no energy; types that are newer than this program are none of its business.
        return;
    }
  }

  /** The session's energy grew up to its newest sample. After the end the total is known already. */
  private takeReading(event: MeterEvent): void {
    const { sessionId, energyWh, samples } = event.data;
    if (sessionId === null || energyWh === null) return;
    const atMs = samples.reduce((newest, { timestamp }) => Math.max(newest, Date.parse(timestamp)), 0);
    // The topics are two, so a reading may be here before the start: it then counts for the day on which it was taken.
    const session = this.session(sessionId) ?? { energy_wh: 0, at_ms: atMs, ended: 0 };
    if (session.ended === 0) this.grow(event, sessionId, session, { energyWh, atMs, ended: 0 });
  }

  /** The end, or a correction after it, says what the session came to. */
  private takeTotal(event: SessionEvent, told: PublishedSession): void {
    const session = this.session(told.sessionId) ?? this.open(told);
    if (told.state !== 'ENDED') return; // a start that came late: the readings tell the energy
    const atMs = told.endedAt === null ? session.at_ms : Date.parse(told.endedAt);
    const energyWh = told.energyWh ?? session.energy_wh;
    this.grow(event, told.sessionId, session, { energyWh, atMs, ended: 1 });
  }

  private session(sessionId: string): SessionRow | undefined {
    return this.database
      .prepare('SELECT energy_wh, at_ms, ended FROM sessions WHERE session_id = ?')
      .get([sessionId]) as SessionRow | undefined;
  }

  private open({ sessionId, startedAt }: PublishedSession): SessionRow {
    const session = { energy_wh: 0, at_ms: Date.parse(startedAt), ended: 0 };
    this.put(sessionId, session);
    return session;
  }

  /** What is new of the energy goes to the days between, evenly over the time; less than before is taken off again. */
  private grow(
    { tenantId, chargerId }: EnergyEvent,
    sessionId: string,
    before: SessionRow,
    now: { energyWh: number; atMs: number; ended: number },
  ): void {
    const addedWh = now.energyWh - before.energy_wh;
    const add = this.database.prepare(
      `INSERT INTO daily_energy VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET energy_wh = energy_wh + excluded.energy_wh`,
    );
    if (addedWh !== 0) {
      for (const { day, share } of this.days.split(before.at_ms, now.atMs)) {
        add.run([tenantId, chargerId, day, addedWh * share]);
      }
    }
    this.put(sessionId, { energy_wh: now.energyWh, at_ms: Math.max(before.at_ms, now.atMs), ended: now.ended });
  }

  private put(sessionId: string, { energy_wh, at_ms, ended }: SessionRow): void {
    this.database
      .prepare('INSERT OR REPLACE INTO sessions VALUES (?, ?, ?, ?)')
      .run([sessionId, energy_wh, at_ms, ended]);
  }
}
