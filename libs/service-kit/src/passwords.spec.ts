import { hashPassword, verifyPassword } from './passwords';

describe('passwords', () => {
  it('verifies what was hashed and nothing else', async () => {
    const hash = await hashPassword('correct horse battery');
    expect(hash).not.toContain('horse');
    expect(await verifyPassword('correct horse battery', hash)).toBe(true);
    expect(await verifyPassword('correct horse battery ', hash)).toBe(false);
  });

  it('takes raw bytes, which an AuthorizationKey of 1.6 is', async () => {
    const key = Buffer.from('00ff80fe'.repeat(5), 'hex');
    const hash = await hashPassword(key);
    expect(await verifyPassword(key, hash)).toBe(true);
    expect(await verifyPassword(key.toString('utf8'), hash)).toBe(false);
  });

  it('salts: the same password has another hash each time', async () => {
    expect(await hashPassword('same')).not.toBe(await hashPassword('same'));
  });

  it.each([
    '',
    'plain',
    'scrypt$1$2$3',
    'scrypt$16384$8$1$$',
    'scrypt$99999999$8$1$AAAA$AAAA',
    'scrypt$x$8$1$AAAA$AAAA',
  ])('takes %j for no hash at all', async (hash) => {
    expect(await verifyPassword('anything', hash)).toBe(false);
  });
});
