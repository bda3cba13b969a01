import type { ChargerEventOf, SessionAnomaly } from '@chargestream/contracts';

/** Something about the way a message found its session (see the charger's book) that people should know. */
export interface AnomalyNote {
  anomaly: SessionAnomaly;
  detail: string;
}

export type TransactionReport = ChargerEventOf<'TransactionReported'>;
export type MeterReport = ChargerEventOf<'MeterValuesReported'>;

export type SessionCommand =
  | { kind: 'report'; sessionId: string; event: TransactionReport; notes: readonly AnomalyNote[] }
  | { kind: 'meter'; sessionId: string; event: MeterReport; notes: readonly AnomalyNote[] }
  /** Another transaction started on the same connector or EVSE while this one was open. */
  | { kind: 'endByNextStart'; cause: TransactionReport }
  /** The charger answered GetTransactionStatus: neither does the transaction run nor is anything of it queued. */
  | { kind: 'endByStatus'; cause: ChargerEventOf<'CommandFinished'> };
