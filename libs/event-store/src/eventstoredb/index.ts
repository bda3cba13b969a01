export { openEventStoreDb, type EventStoreDbLogger, type EventStoreDbOptions } from './event-store-db';
