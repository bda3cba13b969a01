export * from './anything';
export { frame } from './frame';
export * from './stored-events';
