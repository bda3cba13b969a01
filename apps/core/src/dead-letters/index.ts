export { DeadLetters, type DeadLetterBatch, type DeadLettersOptions } from './dead-letters';
export { handleInOrder, type Failure } from './handle-in-order';
export type { LetterReason } from './letter';
