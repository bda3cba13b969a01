export * from './charger';
export * from './command/command';
export * from './connector/connector';
export * from './decider';
export * from './session';
export * from './state-json';
export * from './token/token';
