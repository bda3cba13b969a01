export { accept, type Accepted, type ValidationMode } from './accept';
export type { Deviation, DeviationAction } from './deviation';
export { validate } from './validate';
export type { PayloadKind } from './validators';
