export type { AppliedChange } from './apply';
export { CheckpointMovedError, NewerSchemaError, ReadModelUnavailableError } from './errors';
export type { MessageLogLimits } from './message-log';
export type { InstalledCertificate, KeptSecurityEvent } from './projections/maintenance';
export type { OperationStep } from './projections/operation';
export * from './queries';
export { decodeCursor, encodeCursor, InvalidCursorError, type Page, type PageRequest } from './queries/page';
export { openSqliteReadModel, ReadModel, type ReadModelOptions } from './read-model';
export {
  catchUpReadModel,
  rebuildReadModel,
  runProjections,
  type RunningProjections,
  type RunProjectionsOptions,
} from './run-projections';
export type * from './schema';
