import {
  eventId,
  STREAM_PREFIXES,
  toBusRecord,
  tokenKey,
  TOPICS,
  type ActiveTokenEntry,
  type ActiveTransaction,
  type PublishedSession,
  type StoredMetadata,
} from '@chargestream/contracts';
import type { BusRecord, EventBus } from '@chargestream/event-bus';
import type { EventStore, StoredEvent } from '@chargestream/event-store';
import { PublishedSessions } from './published-session';
import type { StorePublisher } from './publisher';

export const ACTIVE_TOKENS_PUBLISHER = 'active-tokens';

/** Which transactions each token has open, for connect, which answers ConcurrentTx by it. */
export function activeTokensPublisher(bus: EventBus, store: EventStore): StorePublisher {
  const sessions = new PublishedSessions(store);
  const open = new Map<string, ActiveTransaction[]>();

  /** The record of a token whose transactions are others now; null when they are the same. */
  const change = (key: string, event: StoredEvent, to: (now: ActiveTransaction[]) => ActiveTransaction[]) => {
    const now = open.get(key) ?? [];
    const then = to(now);
    if (JSON.stringify(then) === JSON.stringify(now)) return null;
    if (then.length === 0) open.delete(key);
    else open.set(key, then);
    return recordOf(key, then, event);
  };

  return {
    name: ACTIVE_TOKENS_PUBLISHER,
    streamPrefixes: [STREAM_PREFIXES.session],
    async open() {
      const table = await bus.openTable(TOPICS.activeTokens);
      for (const { key, value } of table.entries()) {
        open.set(key, (JSON.parse(value.toString('utf8')) as ActiveTokenEntry).sessions);
      }
      await table.close();
    },
    async recordsOf(events) {
      const records: BusRecord[] = [];
      const add = (record: BusRecord | null) => void (record !== null && records.push(record));
      for (const event of events) {
        const { before, after } = await sessions.change(event);
        const was = holderOf(before, event);
        const is = holderOf(after, event);
        if (was !== null && was.key !== is?.key) add(change(was.key, event, (now) => without(now, was.transaction)));
        if (is !== null) add(change(is.key, event, (now) => including(now, is.transaction)));
      }
      return records;
    },
  };
}

interface Holder {
  key: string;
  transaction: ActiveTransaction;
}

/** The token on whose behalf a session runs; null when it has ended, has none, or was refused it. */
function holderOf(session: PublishedSession | null, event: StoredEvent): Holder | null {
  if (session?.state !== 'ACTIVE' || session.token === null) return null;
  if (session.authorizationStatus !== null && session.authorizationStatus !== 'Accepted') return null;
  const { tenantId, chargerId } = event.metadata as unknown as StoredMetadata;
  const { transactionId, evseId } = session;
  return { key: tokenKey(tenantId, session.token.idToken), transaction: { chargerId, transactionId, evseId } };
}

function including(transactions: ActiveTransaction[], transaction: ActiveTransaction): ActiveTransaction[] {
  const known = transactions.some((one) => isSame(one, transaction));
  if (!known) return [...transactions, transaction];
  return transactions.map((one) => (isSame(one, transaction) ? transaction : one));
}

function without(transactions: ActiveTransaction[], transaction: ActiveTransaction): ActiveTransaction[] {
  return transactions.filter((one) => !isSame(one, transaction));
}

function isSame(a: ActiveTransaction, b: ActiveTransaction): boolean {
  return a.chargerId === b.chargerId && a.transactionId === b.transactionId;
}

function recordOf(key: string, sessions: ActiveTransaction[], event: StoredEvent): BusRecord {
  const id = eventId(ACTIVE_TOKENS_PUBLISHER, event.id, key);
  const entry: ActiveTokenEntry = { tokenKey: key, sessions };
  const identity = { id, type: 'ActiveTransactionsChanged', source: '/core' };
  const record = toBusRecord(TOPICS.activeTokens, key, identity, entry);
  return sessions.length === 0 ? { ...record, value: null } : record;
}
