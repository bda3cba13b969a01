import type { ChargingProfile, ChargingProfileFact } from '@chargestream/contracts';
import { assertNever, reject, type Decider } from '../decider';
import { hasSeen, NO_IDS, remember, type RecentIds } from '../recent-ids';

export type ChargingProfileState =
  | { readonly status: 'unknown'; readonly recent: RecentIds }
  | { readonly status: 'removed'; readonly recent: RecentIds }
  | { readonly status: 'known'; readonly profile: ChargingProfile; readonly recent: RecentIds };

/** `id` of the intent: how a repeat is recognised. */
export type ChargingProfileCommand =
  { kind: 'put'; id: string; profile: ChargingProfile } | { kind: 'remove'; id: string; chargingProfileId: number };

export const chargingProfileDecider: Decider<ChargingProfileState, ChargingProfileCommand, ChargingProfileFact> = {
  initialState: { status: 'unknown', recent: NO_IDS },

  decide(state, command) {
    if (hasSeen(state.recent, command.id)) return [];
    switch (command.kind) {
      case 'put':
        if (state.status === 'known' && isSame(state.profile, command.profile)) return [];
        return [{ type: 'ChargingProfilePut', data: command.profile }];
      case 'remove': {
        const { chargingProfileId } = command;
        if (state.status === 'removed') return [];
        if (state.status !== 'known') return reject('NOT_FOUND', `There is no charging profile ${chargingProfileId}.`);
        return [{ type: 'ChargingProfileRemoved', data: { chargingProfileId } }];
      }
      default:
        return assertNever(command, 'charging profile command');
    }
  },

  evolve(state, fact, { causationId }) {
    const recent = remember(state.recent, causationId);
    switch (fact.type) {
      case 'ChargingProfilePut':
        return { status: 'known', profile: fact.data, recent };
      case 'ChargingProfileRemoved':
        return { status: 'removed', recent };
      default:
        return assertNever(fact, 'charging profile fact');
    }
  },
};

/** Whatever the order of the fields. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const [ofA, ofB] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const names = Object.keys(ofA);
  return names.length === Object.keys(ofB).length && names.every((name) => isSame(ofA[name], ofB[name]));
}
