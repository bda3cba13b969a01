export { postgresUnavailable } from './binaries';
export { createDatabase } from './create-database';
export { describeWithDatabases, describeWithPostgres } from './describe-with-postgres';
export { startPostgres, type PostgresServer, type StartPostgresOptions } from './start-postgres';
