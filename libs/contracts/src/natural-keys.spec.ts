import { eventId, payloadHash, sessionKey, transactionIdOf } from './natural-keys';

describe('natural keys', () => {
  it('gives the same UUIDv5 for the same key and another for any other', () => {
    const id = eventId('t', 'c', 1, null);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(eventId('t', 'c', 1, null)).toBe(id);
    expect(eventId('t', 'c', '1', null)).not.toBe(id);
    expect(eventId('a', 'b/c')).not.toBe(eventId('a/b', 'c'));
  });

  it('keeps session keys and payload hashes at 128 bits', () => {
    expect(sessionKey('t', 'c', 7)).toMatch(/^[0-9a-f]{32}$/);
    expect(payloadHash('{}')).toMatch(/^[0-9a-f]{32}$/);
  });

  it('derives positive 31-bit transaction ids, never 0', () => {
    expect(transactionIdOf('80000000'.padEnd(32, '0'))).toBe(1);
    expect(transactionIdOf('ffffffff'.padEnd(32, '0'))).toBe(0x7fffffff);
    for (let n = 0; n < 1000; n++) {
      const id = transactionIdOf(sessionKey('tenant', 'charger', n));
      expect(Number.isInteger(id) && id > 0 && id <= 0x7fffffff).toBe(true);
    }
  });
});
