export { openEmbeddedEventStore } from './embedded-event-store';
export type { EmbeddedEventStoreOptions } from './embedded-event-store';
export { FileInUseError } from '@chargestream/embedded-sqlite';
