import type { LocalListEntry, LocalListFact, LocalListUpdateType } from '@chargestream/contracts';
import { assertNever, type Decider } from '../decider';
import { hasSeen, NO_IDS, remember, type RecentIds } from '../recent-ids';

/** What a charger's local authorization list is believed to hold. */
export interface LocalListState {
  /** `unsupported`: the charger says that it keeps none. */
  readonly status: 'unknown' | 'kept' | 'unsupported';
  /** 1.6 §5.10: 0 is an empty list; null while nothing is known of it. */
  readonly version: number | null;
  /** False while the charger may hold entries that nobody here put into its list: before the first full update. */
  readonly contentKnown: boolean;
  /** What we told it last, by the token in lower case (1.6 §7.28: idTags know no case). */
  readonly entries: ReadonlyMap<string, LocalListEntry>;
  /** Commands and events that are dealt with. */
  readonly recent: RecentIds;
}

/** A SendLocalList. */
export interface LocalListUpdate {
  version: number;
  updateType: LocalListUpdateType;
  entries: LocalListEntry[];
}

export type LocalListCommand =
  /** `status` in the charger's words; `resendAs` is the id for a full update, should one be called for. */
  | { kind: 'answered'; update: LocalListUpdate; commandId: string; status: string; resendAs: string }
  /** The charger told its version. `id` of what it told it with: how a repeat is recognised. */
  | { kind: 'told'; id: string; version: number };

/** Of an entry in memory, with room to spare. */
const ENTRY_KB = 0.5;

export const localListDecider: Decider<LocalListState, LocalListCommand, LocalListFact> = {
  initialState: { status: 'unknown', version: null, contentKnown: false, entries: new Map(), recent: NO_IDS },

  sizeKbOf: ({ entries }) => 1 + entries.size * ENTRY_KB,

  decide(state, command) {
    switch (command.kind) {
      case 'answered':
        return hasSeen(state.recent, command.commandId) ? [] : decideAnswer(state, command);
      case 'told': {
        const { id, version } = command;
        if (hasSeen(state.recent, id) || version === believedVersion(state)) return [];
        return [{ type: 'LocalListVersionCorrected', data: { version } }];
      }
      default:
        return assertNever(command, 'local list command');
    }
  },

  evolve(state, fact, { causationId }) {
    const seen = remember(state.recent, causationId);
    switch (fact.type) {
      case 'LocalListChanged': {
        const { version, commandId } = fact.data;
        const recent = remember(seen, commandId);
        const contentKnown = state.contentKnown || fact.data.updateType === 'FULL';
        return { status: 'kept', version, contentKnown, entries: entriesAfter(state, fact.data), recent };
      }
      case 'LocalListRefused': {
        const recent = remember(seen, fact.data.commandId);
        return fact.data.status === NOT_SUPPORTED ? { ...NO_LIST, recent } : { ...state, recent };
      }
      case 'LocalListVersionCorrected': {
        const { version } = fact.data;
        if (version < 0) return { ...NO_LIST, recent: seen };
        const { contentKnown, entries } = version === 0 ? { contentKnown: true, entries: new Map() } : state;
        return { status: 'kept', version, contentKnown, entries, recent: seen };
      }
      default:
        return assertNever(fact, 'local list fact');
    }
  },
};

/** Of a charger that keeps none; it may have changed its mind by the time it takes one. */
const NO_LIST = { status: 'unsupported', version: null, contentKnown: true, entries: new Map() } as const;

/** The list as it should be after an update, whatever the charger made of it. */
export function intendedEntries(state: LocalListState, update: LocalListUpdate): LocalListEntry[] {
  return [...entriesAfter(state, update).values()];
}

const ACCEPTED = 'Accepted';
const NOT_SUPPORTED = 'NotSupported';
/** 1.6 §5.15: after these a differential update SHOULD be followed by a full one. */
const CALL_FOR_FULL: ReadonlySet<string> = new Set(['Failed', 'VersionMismatch']);

function decideAnswer(
  { contentKnown }: LocalListState,
  { update, commandId, status, resendAs }: Extract<LocalListCommand, { kind: 'answered' }>,
): readonly LocalListFact[] {
  const { version, updateType, entries } = update;
  if (status === ACCEPTED) return [{ type: 'LocalListChanged', data: { version, updateType, entries, commandId } }];
  // A full list takes off what it does not name: what nobody here knows of must not go with it.
  const isRepairable = updateType === 'DIFFERENTIAL' && CALL_FOR_FULL.has(status) && contentKnown;
  const resentAs = isRepairable ? resendAs : null;
  return [{ type: 'LocalListRefused', data: { version, updateType, status, commandId, resentAs } }];
}

function believedVersion({ status, version }: LocalListState): number | null {
  return status === 'unsupported' ? -1 : version;
}

function entriesAfter(
  { entries }: LocalListState,
  update: Pick<LocalListUpdate, 'updateType' | 'entries'>,
): ReadonlyMap<string, LocalListEntry> {
  const after = new Map(update.updateType === 'FULL' ? [] : entries);
  for (const entry of update.entries) {
    const key = entry.idToken.toLowerCase();
    if (entry.status === null) after.delete(key);
    else after.set(key, entry);
  }
  return after;
}
