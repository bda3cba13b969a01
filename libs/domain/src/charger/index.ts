export type { BookEntry, TransactionBook } from './book';
export { chargerDecider, type ChargerCommand, type ChargerIntent } from './charger';
export {
  resolveMeterValues,
  resolveTransaction,
  resolveTransactionId,
  sessionsOfStop,
  type ReadingOf,
  type Resolution,
} from './resolve';
export type { PasswordTaken } from './security';
export type { ChargerState } from './state';
export { isKnownTo } from './known';
