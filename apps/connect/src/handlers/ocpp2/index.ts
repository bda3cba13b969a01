export * from './authorize';
export * from './boot-notification';
export * from './data-transfer';
export * from './heartbeat';
export * from './meter-values';
export * from './notify-report';
export * from './status-notification';
export * from './transaction-event';
