export * from './authorize';
export * from './boot-notification';
export * from './data-transfer';
export * from './heartbeat';
export * from './meter-values';
export * from './start-transaction';
export * from './status-notification';
export * from './stop-transaction';
