export { describeEventStoreContract } from './contract';
export type { EventStoreFeatures, StoreUnderTest } from './contract';
