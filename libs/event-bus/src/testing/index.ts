export { FaultyEventBus } from './faulty-event-bus';
export { describeEventBusContract } from './contract';
export type { BusUnderTest, EventBusFeatures } from './contract';
