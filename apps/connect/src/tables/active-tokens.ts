import { tokenKey, type ActiveTokenEntry, type ActiveTransaction } from '@chargestream/contracts';
import type { CompactedTable } from '@chargestream/event-bus';

/** A transaction and the token it is for. */
export interface TokenTransaction extends ActiveTransaction {
  tenantId: string;
  idToken: string;
}

type TransactionName = Pick<TokenTransaction, 'tenantId' | 'chargerId' | 'transactionId'>;

interface Started {
  key: string;
  transaction: ActiveTransaction;
  untilMs: number;
}

/** Transactions remembered that core has not told of yet. */
const REMEMBERED = 20_000;
/** By then core has told of a start, or never will: a token is not kept from charging for good. */
const UNTOLD_MS = 24 * 3_600_000;

/**
 * Which transactions each token has open: what core told, and on top of it what this instance saw start and end since, so
 * that it knows while core is away.
 */
export class ActiveTokens {
  private readonly told = new Map<string, ActiveTransaction[]>();
  /** By transaction, oldest first. */
  private readonly startedHere = new Map<string, Started>();
  private readonly endedHere = new Set<string>();
  private readonly stop: () => void;

  constructor(private readonly table: CompactedTable) {
    for (const { key, value } of table.entries()) this.told.set(key, sessionsOf(value));
    this.stop = table.onChange((key, entry) => this.learn(key, entry ? sessionsOf(entry.value) : []));
  }

  /**
   * Whether the token has an open transaction besides this one. An EVSE has one transaction at a time: an older one on the
   * same EVSE is over, even if its end has not come yet.
   */
  hasAnother({ tenantId, idToken, ...own }: TokenTransaction, nowMs: number): boolean {
    const key = tokenKey(tenantId, idToken);
    const isRival = (one: ActiveTransaction) =>
      !this.endedHere.has(nameOf({ tenantId, ...one })) && !isSame(one, own) && !isReplaced(one, own);
    if (this.told.get(key)?.some(isRival)) return true;
    for (const started of this.startedHere.values()) {
      if (started.key === key && started.untilMs > nowMs && isRival(started.transaction)) return true;
    }
    return false;
  }

  started({ tenantId, idToken, ...transaction }: TokenTransaction, nowMs: number): void {
    const name = nameOf({ tenantId, ...transaction });
    // A start that is repeated after its end opens nothing again.
    if (this.endedHere.has(name)) return;
    const key = tokenKey(tenantId, idToken);
    if (this.told.get(key)?.some((one) => isSame(one, transaction))) return;
    this.startedHere.delete(name);
    this.startedHere.set(name, { key, transaction, untilMs: nowMs + UNTOLD_MS });
    forgetOldest(this.startedHere);
  }

  ended(transaction: TransactionName): void {
    const name = nameOf(transaction);
    this.startedHere.delete(name);
    this.endedHere.add(name);
    forgetOldest(this.endedHere);
  }

  async close(): Promise<void> {
    this.stop();
    await this.table.close();
  }

  /** What core has told is no longer this instance's to remember. */
  private learn(key: string, sessions: ActiveTransaction[]): void {
    const [tenant = ''] = key.split('/');
    const tenantId = decodeURIComponent(tenant);
    for (const one of sessions) this.startedHere.delete(nameOf({ tenantId, ...one }));
    if (sessions.length === 0) this.told.delete(key);
    else this.told.set(key, sessions);
  }
}

function sessionsOf(value: Buffer): ActiveTransaction[] {
  return (JSON.parse(value.toString('utf8')) as ActiveTokenEntry).sessions;
}

function nameOf({ tenantId, chargerId, transactionId }: TransactionName): string {
  return JSON.stringify([tenantId, chargerId, transactionId]);
}

function isSame(a: ActiveTransaction, b: ActiveTransaction): boolean {
  return a.chargerId === b.chargerId && a.transactionId === b.transactionId;
}

function isReplaced(one: ActiveTransaction, by: ActiveTransaction): boolean {
  return one.evseId !== null && one.chargerId === by.chargerId && one.evseId === by.evseId;
}

function forgetOldest(collection: Map<string, unknown> | Set<string>): void {
  if (collection.size > REMEMBERED) collection.delete(collection.keys().next().value as never);
}
