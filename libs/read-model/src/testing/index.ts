export * from './stored-events';
