export { KAFKA_VERSION } from './jars';
export { kafkaUnavailable } from './java';
export { KafkaNode } from './kafka-node';
export { startKafka, type KafkaCluster, type StartKafkaOptions } from './start-kafka';
export { describeWithKafka } from './describe-with-kafka';
export { unsignedToken, type SecureAccess } from './credentials';
