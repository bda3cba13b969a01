import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { postgresBinaries, postgresUnavailable } from './binaries';
import { unprivilegedAccount, type Account } from './unprivileged';
import { watchOver } from './watchdog';

export interface StartPostgresOptions {
  /** Starts one of ours even when DATABASE_URL is set: for tests that kill it. */
  own?: boolean;
  /** Where the data lies and stays; a temporary folder, removed by `stop`, when absent. */
  folder?: string;
  /** A free one when absent. */
  port?: number;
}

export interface PostgresServer {
  /** Of a database for whoever started it. */
  url: string;
  /** Null while it is down, or when DATABASE_URL names a server that is not ours. */
  readonly pid: number | null;
  /** SIGQUIT: at once, without saying goodbye. SIGINT: ends connections. SIGSTOP and SIGCONT: it hangs for a while. */
  kill(signal?: 'SIGQUIT' | 'SIGINT'): Promise<void>;
  /** Again on the same folder and port. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const DATABASE = 'chargestream';
const USER = 'chargestream';
const READY_DEADLINE_MS = 30_000;

/**
 * Starts PostgreSQL on a loopback port, or takes the one that DATABASE_URL names.
 * @throws Error with the reason and what to do when it cannot be started here.
 */
export async function startPostgres(options: StartPostgresOptions = {}): Promise<PostgresServer> {
  const given = process.env['DATABASE_URL'];
  if (given && !options.own) return foreignServer(given);
  const reason = postgresUnavailable({ own: true });
  const binaries = postgresBinaries();
  if (reason !== null || binaries === null) throw new Error(`PostgreSQL cannot be started: ${reason}.`);
  const server = new OwnServer(binaries, options, options.port ?? (await freePort()));
  await server.prepare();
  await server.start();
  return server;
}

function foreignServer(url: string): PostgresServer {
  const refuse = () => Promise.reject(new Error('DATABASE_URL names a server that is not ours to stop: unset it.'));
  return { url, pid: null, kill: refuse, start: refuse, stop: () => Promise.resolve() };
}

class OwnServer implements PostgresServer {
  private readonly account: Account | null = unprivilegedAccount();
  private readonly password: string;
  private readonly folder: string;
  private readonly data: string;
  private readonly released: () => void;
  private child: ChildProcess | null = null;
  private output = '';

  constructor(
    private readonly binaries: string,
    private readonly options: StartPostgresOptions,
    private readonly port: number,
  ) {
    this.folder = options.folder ?? mkdtempSync(path.join(tmpdir(), 'chargestream-postgres-'));
    mkdirSync(this.folder, { recursive: true });
    this.data = path.join(this.folder, 'data');
    this.own(this.folder);
    // A folder that is kept has a password that is kept.
    this.password = options.folder === undefined ? randomBytes(16).toString('hex') : 'chargestream';
    this.released = options.folder === undefined ? watchOver(this.folder) : () => undefined;
  }

  get url(): string {
    return `postgres://${USER}:${this.password}@127.0.0.1:${this.port}/${DATABASE}`;
  }

  get pid(): number | null {
    return this.child?.pid ?? null;
  }

  async prepare(): Promise<void> {
    if (existsSync(path.join(this.data, 'PG_VERSION'))) return;
    const passwordFile = path.join(this.folder, 'password');
    writeFileSync(passwordFile, this.password, { mode: 0o600 });
    this.own(passwordFile);
    const authentication = ['--auth-host=scram-sha-256', '--auth-local=reject', `--pwfile=${passwordFile}`];
    const text = ['--encoding=UTF8', '--locale=C'];
    await promisify(execFile)(
      path.join(this.binaries, 'initdb'),
      ['-D', this.data, '-U', USER, ...authentication, ...text],
      { ...this.account, cwd: this.folder },
    );
    rmSync(passwordFile);
  }

  async start(): Promise<void> {
    if (this.child !== null) throw new Error('PostgreSQL runs already: kill it first.');
    const settings = {
      listen_addresses: '127.0.0.1',
      port: this.port,
      unix_socket_directories: '',
      max_connections: 200,
    };
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    this.output = '';
    const child = spawn(path.join(this.binaries, 'postgres'), ['-D', this.data, ...args], {
      ...this.account,
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (this.output = (this.output + chunk.toString()).slice(-8_000)));
    }
    child.once('exit', () => {
      if (this.child === child) this.child = null;
    });
    await this.ready(child);
  }

  async kill(signal: 'SIGQUIT' | 'SIGINT' = 'SIGQUIT'): Promise<void> {
    const { child } = this;
    if (child === null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }

  async stop(): Promise<void> {
    await this.kill('SIGINT');
    if (this.options.folder === undefined) rmSync(this.folder, { recursive: true, force: true });
    this.released();
  }

  /** Until our database answers; it is made at the first start. */
  private async ready(child: ChildProcess): Promise<void> {
    const deadline = Date.now() + READY_DEADLINE_MS;
    for (;;) {
      if (child.exitCode !== null || child.signalCode !== null) {
        throw new Error(`PostgreSQL ended and said:\n${this.output}`);
      }
      try {
        return await this.createDatabase();
      } catch (error) {
        if (Date.now() > deadline) {
          throw new Error(`PostgreSQL was not ready within ${READY_DEADLINE_MS} ms and said:\n${this.output}`, {
            cause: error,
          });
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  private async createDatabase(): Promise<void> {
    const client = new Client({ connectionString: this.url.replace(/\/[^/]*$/, '/postgres') });
    try {
      await client.connect();
      const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
      if (rowCount === 0) await client.query(`create database ${DATABASE}`);
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  private own(file: string): void {
    if (this.account === null) return;
    chownSync(file, this.account.uid, this.account.gid);
    chmodSync(file, 0o700);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
