import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/** What a session message tells about its session. */
export type SessionPhase = 'start' | 'sample' | 'change' | 'stop';

export type OcppVersionName = '1.6' | '2.0.1' | '2.1';

/** One line of the journal. Times are the charger's clock, ISO 8601 UTC. */
export interface JournalEntry {
  /** queued: the charger owes it to the server; acknowledged: its CALLRESULT came; refused: answered CALLERROR and given up. */
  kind: 'queued' | 'acknowledged' | 'refused';
  chargerId: string;
  version: OcppVersionName;
  action: string;
  /** What makes this message this message, whatever its messageId: the same in all its lines. */
  naturalKey: string;
  /** When the thing happened that the message tells of. */
  at: string;
  sessionRef?: string;
  phase?: SessionPhase;
  connectorId?: number;
  idToken?: string;
  /** Register of the connector's meter. */
  energyWh?: number;
  /** 1.6: as the server told it. 2.x: the charger's own. */
  transactionId?: number | string;
}

export type Delivery = 'none' | 'pending' | 'acknowledged' | 'refused';

/** What a server that loses nothing and doubles nothing must know about a session. */
export interface ExpectedSession {
  chargerId: string;
  version: OcppVersionName;
  sessionRef: string;
  /** 1.6: as the server told it, null before it did. 2.x: the charger's own. */
  transactionId: number | string | null;
  connectorId: number;
  idToken: string;
  start: Delivery;
  stop: Delivery;
  startedAt: string;
  endedAt: string | null;
  meterStartWh: number;
  meterStopWh: number | null;
  /** Acknowledged 1.6 MeterValues, or 2.x TransactionEvent Updated for samples. */
  meterValueMessages: number;
  /** Timestamps of those samples, in the order they were acknowledged. */
  sampleTimestamps: string[];
}

export interface JournalOptions {
  /** Also written here, a JSON line each, before the acknowledged message counts as done. */
  file?: string;
  /** Keep every entry in memory (default). Long load runs keep the sessions alone. */
  keepEntries?: boolean;
}

/** Where a charger writes what it owes and what was acknowledged. */
export interface MessageJournal {
  record(entry: JournalEntry): void;
}

/** Append-only record of what was sent and acknowledged: the oracle of crash tests. */
export class Journal implements MessageJournal {
  readonly entries: JournalEntry[] = [];
  private readonly sessions = new Map<string, ExpectedSession>();
  private readonly descriptor: number | null;

  constructor(private readonly options: JournalOptions = {}) {
    this.descriptor = options.file === undefined ? null : openSync(options.file, 'a');
  }

  /** Synchronous, so that a line is with the operating system before anything else happens. */
  record(entry: JournalEntry): void {
    if (this.descriptor !== null) writeSync(this.descriptor, `${JSON.stringify(entry)}\n`);
    this.apply(entry);
  }

  /** Per charger, its sessions in the order they started. */
  expectedSessions(): Map<string, ExpectedSession[]> {
    const byCharger = new Map<string, ExpectedSession[]>();
    for (const session of this.sessions.values()) {
      const sessions = byCharger.get(session.chargerId) ?? [];
      sessions.push({ ...session, sampleTimestamps: [...session.sampleTimestamps] });
      byCharger.set(session.chargerId, sessions);
    }
    return byCharger;
  }

  close(): void {
    if (this.descriptor !== null) closeSync(this.descriptor);
  }

  /** Reads a journal file back, a torn last line (the writer was killed) left aside. */
  static read(file: string): Journal {
    const journal = new Journal();
    const lines = readFileSync(file, 'utf8').split('\n');
    const torn = lines.pop();
    for (const line of lines) if (line !== '') journal.apply(JSON.parse(line) as JournalEntry);
    if (torn) journal.tornLine = torn;
    return journal;
  }

  /** What `read` found after the last line break, if anything. */
  tornLine: string | null = null;

  private apply(entry: JournalEntry): void {
    if (this.options.keepEntries !== false) this.entries.push(entry);
    if (entry.sessionRef === undefined || entry.phase === undefined) return;
    const delivery: Delivery = entry.kind === 'queued' ? 'pending' : entry.kind;
    const session = this.session(entry, entry.sessionRef);
    if (entry.transactionId !== undefined) session.transactionId = entry.transactionId;
    switch (entry.phase) {
      case 'start':
        session.start = delivery;
        return;
      case 'sample':
        if (delivery !== 'acknowledged') return;
        session.meterValueMessages++;
        session.sampleTimestamps.push(entry.at);
        return;
      case 'change':
        return;
      case 'stop':
        session.stop = delivery;
        session.endedAt = entry.at;
        session.meterStopWh = entry.energyWh ?? null;
        return;
    }
  }

  private session(entry: JournalEntry, sessionRef: string): ExpectedSession {
    const known = this.sessions.get(sessionRef);
    if (known) return known;
    const session: ExpectedSession = {
      chargerId: entry.chargerId,
      version: entry.version,
      sessionRef,
      transactionId: null,
      connectorId: entry.connectorId ?? 0,
      idToken: entry.idToken ?? '',
      start: 'none',
      stop: 'none',
      startedAt: entry.at,
      endedAt: null,
      meterStartWh: entry.energyWh ?? 0,
      meterStopWh: null,
      meterValueMessages: 0,
      sampleTimestamps: [],
    };
    this.sessions.set(sessionRef, session);
    return session;
  }
}
