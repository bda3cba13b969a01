import type { Intent, PutToken, TokenFact } from '@chargestream/contracts';
import { assertNever, reject, type Decider } from '../decider';
import { hasSeen, NO_IDS, remember, type RecentIds } from '../recent-ids';

export type TokenState =
  | { readonly status: 'unknown'; readonly recent: RecentIds }
  | { readonly status: 'removed'; readonly recent: RecentIds }
  | { readonly status: 'known'; readonly token: PutToken; readonly recent: RecentIds };

export type TokenIntent = Extract<Intent, { type: 'PutToken' | 'RemoveToken' }>;

export const tokenDecider: Decider<TokenState, TokenIntent, TokenFact> = {
  initialState: { status: 'unknown', recent: NO_IDS },

  decide(state, intent) {
    if (hasSeen(state.recent, intent.id)) return [];
    switch (intent.type) {
      case 'PutToken':
        return state.status === 'known' && isSame(state.token, intent.data)
          ? []
          : [{ type: 'TokenPut', data: intent.data }];
      case 'RemoveToken':
        if (state.status === 'removed') return [];
        if (state.status !== 'known') return reject('NOT_FOUND', 'There is no such token.');
        return [{ type: 'TokenRemoved', data: { idToken: state.token.idToken } }];
      default:
        return assertNever(intent, 'token intent');
    }
  },

  evolve(state, fact, { causationId }) {
    const recent = remember(state.recent, causationId);
    switch (fact.type) {
      case 'TokenPut':
        return { status: 'known', token: fact.data, recent };
      case 'TokenRemoved':
        return { status: 'removed', recent };
      default:
        return assertNever(fact, 'token fact');
    }
  },
};

function isSame(a: PutToken, b: PutToken): boolean {
  return (
    a.idToken === b.idToken &&
    a.type === b.type &&
    a.status === b.status &&
    a.expiresAt === b.expiresAt &&
    a.groupId === b.groupId &&
    a.cacheable === b.cacheable &&
    (a.concurrency ?? 'ALLOW') === (b.concurrency ?? 'ALLOW')
  );
}
