export { Faults } from './faults';
export { startEventStoreDouble, type EventStoreDouble, type EventStoreDoubleOptions } from './start-eventstore-double';
