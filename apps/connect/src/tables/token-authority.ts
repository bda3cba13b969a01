import { tokenKey, type AuthorizationStatus, type TokenConcurrency, type TokenEntry } from '@chargestream/contracts';
import type { CompactedTable } from '@chargestream/event-bus';

/** What this instance knows of an idToken, by its local copy: no round trip stands between a driver and the plug. */
export interface TokenDecision {
  status: AuthorizationStatus;
  /** 1.6 parentIdTag, 2.x groupIdToken; null when it has none. */
  groupId: string | null;
  /** 2.x type of the token, `Central` when never told. */
  type: string | null;
  /** ISO 8601 UTC; null when the charger may keep it for as long as it likes. */
  cacheExpiresAt: string | null;
  /** DENY: one transaction at a time. */
  concurrency: TokenConcurrency;
}

const UNKNOWN: TokenDecision = {
  status: 'Invalid',
  groupId: null,
  type: null,
  cacheExpiresAt: null,
  concurrency: 'ALLOW',
};

export class TokenAuthority {
  private readonly entries = new Map<string, TokenEntry>();
  private readonly stop: () => void;

  constructor(private readonly table: CompactedTable) {
    for (const { key, value } of table.entries()) this.learn(key, value);
    this.stop = table.onChange((key, entry) => this.learn(key, entry?.value));
  }

  /** OCPP compares idTokens without regard to case. An unknown one is Invalid. */
  authorize(tenantId: string, idToken: string, nowMs: number): TokenDecision {
    const entry = this.entries.get(tokenKey(tenantId, idToken));
    if (!entry) return UNKNOWN;
    return {
      status: statusOf(entry, nowMs),
      groupId: entry.groupId,
      type: entry.type,
      // 1.6 §7.8 IdTagInfo.expiryDate, 2.x cacheExpiryDateTime: a time in the past keeps it out of the cache.
      cacheExpiresAt: entry.cacheable ? entry.expiresAt : new Date(nowMs).toISOString(),
      concurrency: entry.concurrency ?? 'ALLOW',
    };
  }

  async close(): Promise<void> {
    this.stop();
    await this.table.close();
  }

  private learn(key: string, value: Buffer | undefined): void {
    if (value) this.entries.set(key, JSON.parse(value.toString('utf8')) as TokenEntry);
    else this.entries.delete(key);
  }
}

function statusOf(entry: TokenEntry, nowMs: number): AuthorizationStatus {
  switch (entry.status) {
    case 'ACCEPTED':
      return entry.expiresAt !== null && Date.parse(entry.expiresAt) <= nowMs ? 'Expired' : 'Accepted';
    case 'BLOCKED':
      return 'Blocked';
    case 'EXPIRED':
      return 'Expired';
    case 'INVALID':
      return 'Invalid';
  }
}
