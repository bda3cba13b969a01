import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely';
import { Pool, types, type PoolClient, type QueryResult } from 'pg';
import type { Database } from '../schema';
import { ReadModelUnavailableError } from '../errors';
import { withoutNul } from '../without-nul';

/** Structurally a pino logger. */
export interface PostgresLogger {
  warn(details: object, message: string): void;
}

export interface PostgresOptions {
  /** postgres://user:password@host:port/database */
  url: string;
  /** Connections at most (default 10). */
  poolSize?: number;
  /** PEM of the authority that signed the server's certificate. With it the connection is encrypted and checked. */
  ca?: string;
  logger?: PostgresLogger;
}

const CONNECT_TIMEOUT_MS = 5_000;
/** Of the server: nothing we ask takes so long unless something is wrong. */
const STATEMENT_TIMEOUT_MS = 60_000;
/** Of the client, when the server is not even there to time out. */
const QUERY_TIMEOUT_MS = 65_000;

const INT8 = 20;

/** The one place that knows PostgreSQL's driver. Counts fit a JavaScript number; pg gives them as text. */
export function openPostgres({ url, poolSize = 10, ca, logger }: PostgresOptions): Kysely<Database> {
  const pool = new Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: 'chargestream',
    types: { getTypeParser: (oid, format) => (oid === INT8 ? Number : types.getTypeParser(oid, format as 'text')) },
    ...(ca === undefined ? {} : { ssl: { ca, rejectUnauthorized: true } }),
  });
  // Idle connections end when the server does; the next query opens another.
  pool.on('error', (error) => logger?.warn({ err: error }, 'a connection to the read model ended'));
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool: new ObservedPool(pool) }) });
}

/** The pool as kysely uses it, with failures of the connection told apart from failures of the statement. */
class ObservedPool implements PostgresPool {
  /** kysely asks for its options nowhere; pg-cursor is not used. */
  readonly options = {};

  constructor(private readonly pool: Pool) {}

  async connect(): Promise<PostgresPoolClient> {
    try {
      return new ObservedClient(await this.pool.connect()) as unknown as PostgresPoolClient;
    } catch (error) {
      throw new ReadModelUnavailableError({ cause: error });
    }
  }

  end(): Promise<void> {
    return this.pool.end();
  }
}

class ObservedClient {
  private failure: unknown = null;
  private readonly noteFailure = (error: unknown) => {
    this.failure = error;
  };

  constructor(private readonly client: PoolClient) {
    client.on('error', this.noteFailure);
  }

  async query(sql: string, parameters: readonly unknown[]): Promise<QueryResult> {
    try {
      return await this.client.query(sql, parameters.map(withoutNul));
    } catch (error) {
      if (!isOfConnection(error)) throw error;
      this.failure = error;
      throw new ReadModelUnavailableError({ cause: error });
    }
  }

  /** A connection that failed is not given to anybody again. */
  release(): void {
    this.client.off('error', this.noteFailure);
    this.client.release(this.failure !== null);
  }
}

/** Classes of SQLSTATE that speak of the connection or the server, not of the statement. */
const CONNECTION_STATES = /^(08|53|57P|57014$|58)/;

function isOfConnection(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: string };
  if (typeof code === 'string') return CONNECTION_STATES.test(code) || /^E[A-Z]+$/.test(code);
  return /terminat|timeout|not queryable|connection/i.test(message ?? '');
}
