export * from './events';
export * from './given-when-then';
