export { openEmbeddedEventBus } from './embedded-event-bus';
export type { EmbeddedEventBusOptions } from './embedded-event-bus';
export { FileInUseError } from '@chargestream/embedded-sqlite';
