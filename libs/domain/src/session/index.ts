import type { SessionFact } from '@chargestream/contracts';
import type { Decider } from '../decider';
import type { SessionCommand } from './commands';
import { decideSession } from './decide';
import { evolveSession } from './evolve';
import type { SessionState } from './state';

export const sessionDecider: Decider<SessionState, SessionCommand, SessionFact> = {
  stateVersion: 1,
  initialState: { status: 'none' },
  decide: decideSession,
  evolve: evolveSession,
};

export type { AnomalyNote, MeterReport, SessionCommand, TransactionReport } from './commands';
export type { SessionState } from './state';
export { latestRegisterWh } from './meter';
