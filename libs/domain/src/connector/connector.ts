import type { ChargerEventOf, ConnectorFact, ConnectorStatusReported } from '@chargestream/contracts';
import type { Decider, FactContext } from '../decider';
import { hasSeen, NO_IDS, remember, type RecentIds } from '../recent-ids';

export type ConnectorState =
  | { readonly status: 'unknown' }
  | {
      readonly status: 'known';
      readonly reported: ConnectorStatusReported;
      /** When it was so, ISO 8601: by the charger's clock where that can be believed, else by ours. */
      readonly since: string;
      /** When we were told, by our clock. */
      readonly receivedAt: string;
      readonly recent: RecentIds;
    };

export interface ConnectorCommand {
  event: ChargerEventOf<'ConnectorStatusReported'>;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Chargers replay what they queued while offline, days of it. Older than this the clock is wrong (1970, say). */
const MAX_REPLAY_MS = 30 * DAY_MS;
const MAX_AHEAD_MS = 5 * 60 * 1000;

export const connectorDecider: Decider<ConnectorState, ConnectorCommand, ConnectorFact> = {
  stateVersion: 2,
  initialState: { status: 'unknown' },

  /** A status is new when it differs from the current one and is not from before it. */
  decide(state, { event }) {
    if (state.status === 'known') {
      if (hasSeen(state.recent, event.id)) return [];
      // 1.6 §4.9: status notifications may be sent late, after an offline time; the newest stays.
      const laterMs = Date.parse(sinceOf(event.data, event)) - Date.parse(state.since);
      if (laterMs < 0) return [];
      // Within one second of the charger's clock the order of receipt decides. A redelivered record that told nothing new
      // the first time is not among the recent ones.
      if (laterMs === 0 && Date.parse(event.receivedAt) < Date.parse(state.receivedAt)) return [];
      if (isSame(state.reported, event.data)) return [];
    }
    return [{ type: 'ConnectorStatusChanged', data: event.data }];
  },

  evolve(state, fact, context) {
    const recent = remember(state.status === 'known' ? state.recent : NO_IDS, context.causationId);
    const { receivedAt } = context;
    return { status: 'known', reported: fact.data, since: sinceOf(fact.data, context), receivedAt, recent };
  },
};

function sinceOf({ reportedAt }: ConnectorStatusReported, { receivedAt }: Pick<FactContext, 'receivedAt'>): string {
  if (reportedAt === null) return receivedAt;
  const delayMs = Date.parse(receivedAt) - Date.parse(reportedAt);
  // Written so that an unreadable time (NaN) is not believed.
  return delayMs <= MAX_REPLAY_MS && delayMs >= -MAX_AHEAD_MS ? reportedAt : receivedAt;
}

function isSame(a: ConnectorStatusReported, b: ConnectorStatusReported): boolean {
  return (
    a.status === b.status &&
    a.errorCode === b.errorCode &&
    a.info === b.info &&
    a.vendorId === b.vendorId &&
    a.vendorErrorCode === b.vendorErrorCode
  );
}
