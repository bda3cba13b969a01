export * from './clock';
export * from './health';
export * from './logger';
export * from './loopback';
export * from './metrics';
export * from './passwords';
export * from './settings/index';
