import { tokenKey } from './topics';

describe('the key of a token', () => {
  it('ignores case and keeps `/` a separator', () => {
    expect(tokenKey('t', 'DeadBeef')).toBe(tokenKey('t', 'deadBEEF'));
    expect(tokenKey('a/b', 'c')).not.toBe(tokenKey('a', 'b/c'));
  });

  it('takes whatever text JSON can carry', () => {
    expect(tokenKey('t', 'a\ud800b')).toBe('t/a%EF%BF%BDb');
    expect(tokenKey('t', 'a\0😀')).toBe('t/a%00%F0%9F%98%80');
  });
});
