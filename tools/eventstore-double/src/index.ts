export { Faults } from './faults';
export {
  startEventStoreDouble,
  startEventStoreDoubleCluster,
  type EventStoreDouble,
  type EventStoreDoubleCluster,
  type EventStoreDoubleClusterOptions,
  type EventStoreDoubleOptions,
} from './start-eventstore-double';
export {
  spawnEventStoreDouble,
  type EventStoreDoubleProcess,
  type SpawnEventStoreDoubleOptions,
} from './spawn-eventstore-double';
export { certificatesUnavailable, createServerCertificate, type ServerCertificate } from './certificates';
