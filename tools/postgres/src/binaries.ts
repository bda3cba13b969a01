import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

const DEBIAN = '/usr/lib/postgresql';

/** The folder with initdb and postgres: pg_config's, Debian's newest, or one on the PATH. Null where there is none. */
export function postgresBinaries(): string | null {
  const candidates = [
    spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' }).stdout?.trim() ?? '',
    ...debianFolders(),
    ...(process.env['PATH'] ?? '').split(path.delimiter),
  ];
  return (
    candidates.find((folder) => folder !== '' && ['initdb', 'postgres'].every((name) => has(folder, name))) ?? null
  );
}

/**
 * Why PostgreSQL cannot be started here and what to do about it; null where it can, or DATABASE_URL names one.
 * @param own also when DATABASE_URL is set
 */
export function postgresUnavailable({ own = false }: { own?: boolean } = {}): string | null {
  if (!own && process.env['DATABASE_URL']) return null;
  if (process.platform === 'win32') return 'PostgreSQL is not started by these tools on Windows: set DATABASE_URL';
  if (postgresBinaries() !== null) return null;
  return 'there is no PostgreSQL server: apt-get install postgresql, or set DATABASE_URL';
}

function debianFolders(): string[] {
  if (!existsSync(DEBIAN)) return [];
  return readdirSync(DEBIAN)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => path.join(DEBIAN, version, 'bin'));
}

function has(folder: string, name: string): boolean {
  return existsSync(path.join(folder, name));
}
