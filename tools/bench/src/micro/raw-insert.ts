import Database from 'libsql';

/** Rows that the baseline inserts in one transaction. */
export const BATCH = 100;

/**
 * What the embedded bus and store are built on, used as barely as possible: one table, one prepared insert, WAL and
 * synchronous FULL, so that each transaction is as durable as theirs.
 */
export class RawInsert {
  private readonly database: Database.Database;
  private readonly insertMany: (rows: number) => void;

  constructor(path: string, value: Buffer) {
    this.database = new Database(path);
    this.database.pragma('journal_mode = WAL');
    this.database.pragma('synchronous = FULL');
    this.database.exec('CREATE TABLE records (id INTEGER PRIMARY KEY, key TEXT NOT NULL, value BLOB NOT NULL)');
    const insert = this.database.prepare<[unknown[]]>('INSERT INTO records (key, value) VALUES (?, ?)');
    this.insertMany = this.database.transaction((rows: number) => {
      // Bound as an array: a bare Buffer argument aborts the process.
      for (let row = 0; row < rows; row++) insert.run([`default/BENCH-${row}`, value]);
    });
  }

  /** One durable transaction. */
  insert(rows: number): number {
    this.insertMany(rows);
    return rows;
  }

  close(): void {
    this.database.close();
  }
}
