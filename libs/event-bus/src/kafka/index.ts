export { openKafkaEventBus } from './kafka-event-bus';
export type { KafkaEventBusOptions, KafkaLogger, KafkaSasl, KafkaTls } from './options';
