import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openSqliteFile } from './database';
import type { SqliteFile } from './database';
import { GroupCommitter } from './group-committer';

describe('GroupCommitter', () => {
  let folder: string;
  let file: SqliteFile;
  let commits: number;
  let committer: GroupCommitter;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'chargestream-sqlite-'));
    file = openSqliteFile(path.join(folder, 'test.db'));
    file.exec('CREATE TABLE item (value INTEGER NOT NULL)');
    commits = 0;
    committer = new GroupCommitter({ file, maxRows: 10, afterCommit: () => commits++, afterRollback: () => undefined });
  });
  afterEach(() => {
    committer.close();
    file.close();
    rmSync(folder, { recursive: true });
  });

  const write = (value: number | null, rows = 1) =>
    new Promise<void>((resolve, reject) => {
      committer.submit({
        rows,
        apply: () => {
          file.prepare('INSERT INTO item (value) VALUES (?)').run([value]);
          return resolve;
        },
        failed: (cause) => reject(cause as Error),
      });
    });
  const stored = () =>
    file
      .prepare<{ value: number }>('SELECT value FROM item ORDER BY rowid')
      .all([])
      .map(({ value }) => value);

  it('commits what comes in one turn at once, in order', async () => {
    await Promise.all([1, 2, 3].map((value) => write(value)));
    expect(commits).toBe(1);
    expect(stored()).toEqual([1, 2, 3]);
  });

  it('bounds the rows of one transaction', async () => {
    await Promise.all(Array.from({ length: 25 }, (_, value) => write(value)));
    expect(commits).toBe(3);
    expect(stored()).toHaveLength(25);
  });

  it('refuses a write that breaks its transaction alone, and stays available', async () => {
    const outcomes = await Promise.allSettled([write(1), write(null), write(3)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(stored()).toEqual([1, 3]);
    expect(committer.isAvailable()).toBe(true);
  });

  it('refuses the whole group when the file is full, and takes writes again once a probe succeeds', async () => {
    const heard: boolean[] = [];
    const recovered = new Promise<void>((resolve) => {
      committer.onAvailabilityChange((available) => {
        heard.push(available);
        if (available) resolve();
      });
    });
    // The smallest size there is: the number of pages already in use.
    file.exec('PRAGMA max_page_count = 1');
    const many = Array.from({ length: 5000 }, (_, value) => write(value));
    const outcomes = await Promise.allSettled(many);
    const refused = outcomes.filter(({ status }) => status === 'rejected').length;
    expect(refused).toBeGreaterThan(0);
    const kept = stored();
    expect(kept).toHaveLength(5000 - refused);
    file.exec('PRAGMA max_page_count = 1000000');
    await recovered;
    await write(4);
    expect(stored()).toEqual([...kept, 4]);
    expect(heard).toEqual([false, true]);
  });

  it('commits what is waiting when it is closed, and nothing after', async () => {
    const waiting = write(1);
    committer.close();
    await waiting;
    await expect(write(2)).rejects.toThrow('it is closed');
    expect(stored()).toEqual([1]);
  });
});
