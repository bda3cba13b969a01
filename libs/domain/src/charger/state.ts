import type { ChargerCredentials, RegistrationStatus } from '@chargestream/contracts';
import type { RecentIds } from '../recent-ids';
import type { TransactionBook } from './book';

/** OCPP's security profiles of the charger. */
export interface SecurityMemory {
  /** The lowest it is let in with; null: any. */
  readonly lowest: 0 | 1 | 2 | 3 | null;
  /** What it was last told to use and took on; 0 when it never was. */
  readonly taken: number;
}

/** What is remembered of a charger whether an operator knows it or not. */
export interface ChargerMemory {
  readonly connection: { readonly instanceId: string; readonly epoch: number; readonly open: boolean } | null;
  readonly book: TransactionBook;
  readonly security: SecurityMemory;
  readonly recent: RecentIds;
}

export interface Registration {
  readonly displayName: string | null;
  readonly registration: RegistrationStatus;
  readonly credentials: ChargerCredentials | null;
  /** By its first contact; an operator may still register it. */
  readonly automatic: boolean;
}

export type ChargerState =
  | ({ readonly status: 'unknown' } & ChargerMemory)
  | ({ readonly status: 'registered' } & Registration & ChargerMemory)
  | ({ readonly status: 'retired' } & Registration & ChargerMemory);
