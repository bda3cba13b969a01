import { tokenKey, type ActiveTransaction } from '@chargestream/contracts';
import { MemoryTable } from '../testing/memory-table';
import { ActiveTokens, type TokenTransaction } from './active-tokens';

const NOW_MS = Date.parse('2026-06-01T12:00:00Z');
const HOUR_MS = 3_600_000;

function transaction(chargerId: string, transactionId: string, more: Partial<TokenTransaction> = {}): TokenTransaction {
  return { tenantId: 'default', idToken: 'TAG', chargerId, transactionId, evseId: 1, ...more };
}

describe('open transactions of tokens', () => {
  const key = tokenKey('default', 'TAG');
  let table: MemoryTable;
  let active: ActiveTokens;
  const tell = (...sessions: ActiveTransaction[]) => table.put(key, { tokenKey: key, sessions });
  const another = (one: TokenTransaction, nowMs = NOW_MS) => active.hasAnother(one, nowMs);
  beforeEach(() => {
    table = new MemoryTable();
    active = new ActiveTokens(table);
  });

  it('are what core tells, from before and since', () => {
    tell({ chargerId: 'A', transactionId: '1', evseId: 1 });
    for (const tokens of [active, new ActiveTokens(table)]) {
      expect(tokens.hasAnother(transaction('B', '2'), NOW_MS)).toBe(true);
      expect(tokens.hasAnother(transaction('B', '2', { idToken: 'tag' }), NOW_MS)).toBe(true);
      expect(tokens.hasAnother(transaction('B', '2', { idToken: 'OTHER' }), NOW_MS)).toBe(false);
      expect(tokens.hasAnother(transaction('B', '2', { tenantId: 'other' }), NOW_MS)).toBe(false);
    }
    table.remove(key);
    expect(another(transaction('B', '2'))).toBe(false);
  });

  it('are what this instance saw start and end, before core tells', () => {
    active.started(transaction('A', '1'), NOW_MS);
    expect(another(transaction('B', '2'))).toBe(true);
    active.ended(transaction('A', '1'));
    expect(another(transaction('B', '2'))).toBe(false);
    active.started(transaction('A', '1'), NOW_MS);
    expect(another(transaction('B', '2'))).toBe(false);
  });

  it('end here before core has told of the end', () => {
    tell({ chargerId: 'A', transactionId: '1', evseId: 1 });
    active.ended(transaction('A', '1'));
    expect(another(transaction('B', '2'))).toBe(false);
  });

  it('are core’s to end once core has told of them', () => {
    active.started(transaction('A', '1'), NOW_MS);
    tell({ chargerId: 'A', transactionId: '1', evseId: 1 });
    expect(another(transaction('B', '2'))).toBe(true);
    table.remove(key);
    expect(another(transaction('B', '2'))).toBe(false);
  });

  it('are no rivals of themselves, nor of what follows them on their EVSE', () => {
    active.started(transaction('A', '1'), NOW_MS);
    expect(another(transaction('A', '1'))).toBe(false);
    expect(another(transaction('A', '2'))).toBe(false);
    expect(another(transaction('A', '2', { evseId: 2 }))).toBe(true);
    expect(another(transaction('A', '2', { evseId: null }))).toBe(true);
    tell({ chargerId: 'A', transactionId: '9', evseId: null });
    expect(another(transaction('A', '9', { evseId: 3 }))).toBe(true); // 1 is still open on EVSE 1
    active.ended(transaction('A', '1'));
    expect(another(transaction('A', '9', { evseId: 3 }))).toBe(false);
  });

  it('are not held against a token for good when core never tells', () => {
    active.started(transaction('A', '1'), NOW_MS);
    expect(another(transaction('B', '2'), NOW_MS + 23 * HOUR_MS)).toBe(true);
    expect(another(transaction('B', '2'), NOW_MS + 24 * HOUR_MS)).toBe(false);
  });
});
