import { tokenKey, type TokenEntry } from '@chargestream/contracts';
import { MemoryTable } from '../testing/memory-table';
import { TokenAuthority } from './token-authority';

const NOW_MS = Date.parse('2026-06-01T12:00:00Z');

function token(idToken: string, more: Partial<TokenEntry> = {}): TokenEntry {
  const entry = { idToken, type: 'ISO14443', status: 'ACCEPTED', expiresAt: null, groupId: null, cacheable: true };
  return { tenantId: 'default', ...entry, ...more } as TokenEntry;
}

function authority(...tokens: TokenEntry[]) {
  const table = new MemoryTable();
  for (const entry of tokens) table.put(tokenKey(entry.tenantId, entry.idToken), entry);
  return { table, authority: new TokenAuthority(table) };
}

describe('tokens', () => {
  it.each([
    [token('a'), 'Accepted'],
    [token('a', { status: 'BLOCKED' }), 'Blocked'],
    [token('a', { status: 'EXPIRED' }), 'Expired'],
    [token('a', { status: 'INVALID' }), 'Invalid'],
    [token('a', { expiresAt: '2026-06-01T11:59:59Z' }), 'Expired'],
    [token('a', { expiresAt: '2026-06-01T12:00:01Z' }), 'Accepted'],
  ])('%j is %s', (entry, status) => {
    expect(authority(entry).authority.authorize('default', 'a', NOW_MS).status).toBe(status);
  });

  it('compares without regard to case, within the tenant', () => {
    const { authority: tokens } = authority(token('AbC'));
    expect(tokens.authorize('default', 'aBc', NOW_MS).status).toBe('Accepted');
    expect(tokens.authorize('other', 'AbC', NOW_MS).status).toBe('Invalid');
  });

  it('follows the table', () => {
    const { table, authority: tokens } = authority();
    table.put(tokenKey('default', 'x'), token('x', { groupId: 'family' }));
    expect(tokens.authorize('default', 'x', NOW_MS)).toMatchObject({ status: 'Accepted', groupId: 'family' });
    table.remove(tokenKey('default', 'x'));
    expect(tokens.authorize('default', 'x', NOW_MS).status).toBe('Invalid');
  });

  it('keeps tokens that are not cacheable out of caches', () => {
    const { authority: tokens } = authority(token('x', { cacheable: false }));
    expect(tokens.authorize('default', 'x', NOW_MS).cacheExpiresAt).toBe('2026-06-01T12:00:00.000Z');
  });
});
