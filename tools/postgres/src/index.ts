export { postgresUnavailable } from './binaries';
export { createDatabase } from './create-database';
export { describeWithPostgres } from './describe-with-postgres';
export { startPostgres, type PostgresServer, type StartPostgresOptions } from './start-postgres';
