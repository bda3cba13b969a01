import type { AuthorizationStatus, PresentedToken, SessionAnomaly } from '@chargestream/contracts';
import { NO_IDS, type RecentIds } from '../recent-ids';
import { NO_METER, type MeterState } from './meter';
import { NO_SEQUENCE, type SequenceState } from './sequence';

/** What a session remembers, whether it runs or has ended. */
export interface SessionBook {
  readonly sessionId: string;
  readonly transactionId: string;
  readonly startKnown: boolean;
  readonly startedAt: string;
  readonly evseId: number | null;
  readonly connectorId: number | null;
  readonly token: PresentedToken | null;
  readonly authorizationStatus: AuthorizationStatus | null;
  readonly chargingState: string | null;
  readonly meter: MeterState;
  readonly sequence: SequenceState;
  /** Causes already dealt with. */
  readonly recent: RecentIds;
  /** Anomalies already told: each is told once, gaps excepted. */
  readonly flagged: readonly SessionAnomaly[];
  /** Newest time by the charger's clock of anything that belongs to the session. */
  readonly lastActivityAt: string;
}

export type SessionState =
  | { readonly status: 'none' }
  | ({ readonly status: 'active' } & SessionBook)
  | ({
      readonly status: 'ended';
      readonly endedAt: string;
      /** False when the stop itself has not come. */
      readonly endKnown: boolean;
      readonly energyWh: number | null;
      readonly incomplete: boolean;
    } & SessionBook);

export type ActiveSession = Extract<SessionState, { status: 'active' }>;
export type EndedSession = Extract<SessionState, { status: 'ended' }>;

export const EMPTY_BOOK: Pick<SessionBook, 'meter' | 'sequence' | 'recent' | 'flagged'> = {
  meter: NO_METER,
  sequence: NO_SEQUENCE,
  recent: NO_IDS,
  flagged: [],
};
