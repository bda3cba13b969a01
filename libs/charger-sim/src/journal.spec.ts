import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Journal, type JournalEntry } from './journal';

const base = { chargerId: 'C1', version: '1.6', sessionRef: 's1', connectorId: 2, idToken: 'T' } as const;
const start: Omit<JournalEntry, 'kind'> = {
  ...base,
  action: 'StartTransaction',
  naturalKey: 'start',
  phase: 'start',
  at: '2026-01-01T00:00:00.000Z',
  energyWh: 100,
};
const sample = (at: string): Omit<JournalEntry, 'kind'> => ({
  ...base,
  action: 'MeterValues',
  naturalKey: `meter:${at}`,
  phase: 'sample',
  at,
  energyWh: 150,
});
const stop: Omit<JournalEntry, 'kind'> = {
  ...base,
  action: 'StopTransaction',
  naturalKey: 'stop',
  phase: 'stop',
  at: '2026-01-01T00:10:00.000Z',
  energyWh: 200,
};

describe('journal', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'journal-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function write(journal: Journal): void {
    journal.record({ ...start, kind: 'queued' });
    journal.record({ ...start, kind: 'acknowledged', transactionId: 77 });
    journal.record({ ...sample('2026-01-01T00:01:00.000Z'), kind: 'queued' });
    journal.record({ ...sample('2026-01-01T00:01:00.000Z'), kind: 'acknowledged', transactionId: 77 });
    journal.record({ ...sample('2026-01-01T00:02:00.000Z'), kind: 'queued' });
    journal.record({ ...stop, kind: 'queued' });
  }

  const expected = {
    chargerId: 'C1',
    version: '1.6',
    sessionRef: 's1',
    transactionId: 77,
    connectorId: 2,
    idToken: 'T',
    start: 'acknowledged',
    stop: 'pending',
    startedAt: '2026-01-01T00:00:00.000Z',
    endedAt: '2026-01-01T00:10:00.000Z',
    meterStartWh: 100,
    meterStopWh: 200,
    meterValueMessages: 1,
    sampleTimestamps: ['2026-01-01T00:01:00.000Z'],
  };

  it('tells what the server must know of each session', () => {
    const journal = new Journal();
    write(journal);
    expect([...journal.expectedSessions()]).toEqual([['C1', [expected]]]);
    journal.record({ ...stop, kind: 'acknowledged' });
    expect(journal.expectedSessions().get('C1')![0]!.stop).toBe('acknowledged');
    expect(journal.entries).toHaveLength(7);
  });

  it('is read back from its file, without a line torn by a crash', () => {
    const file = path.join(folder, 'journal.jsonl');
    const journal = new Journal({ file });
    write(journal);
    // Written before record returned, not when the file is closed.
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(7);
    journal.close();
    appendFileSync(file, '{"kind":"ackno');
    const back = Journal.read(file);
    expect(back.tornLine).toBe('{"kind":"ackno');
    expect(back.expectedSessions()).toEqual(journal.expectedSessions());
  });

  it('appends to the file of an earlier run and keeps no entries in memory when told so', () => {
    const file = path.join(folder, 'journal.jsonl');
    const first = new Journal({ file });
    first.record({ ...start, kind: 'queued' });
    first.close();
    const second = new Journal({ file, keepEntries: false });
    second.record({ ...start, kind: 'acknowledged', transactionId: 5 });
    second.close();
    expect(second.entries).toEqual([]);
    expect(Journal.read(file).expectedSessions().get('C1')).toMatchObject([
      { start: 'acknowledged', transactionId: 5 },
    ]);
  });
});
