import { secretsIn } from './secrets-in';

describe('the secrets in a value', () => {
  it('are the strings that redaction hides', () => {
    expect(secretsIn({ key: 'AuthorizationKey', value: 'abc-def' })).toEqual(['abc-def']);
    const set = [
      { variable: { name: 'BasicAuthPassword' }, attributeValue: 'pass-1' },
      { password: ['pass-2', 'pass-2'] },
    ];
    expect(secretsIn({ set })).toEqual(['pass-1', 'pass-2']);
  });

  it('are none where nothing is hidden, or has been already', () => {
    expect(secretsIn({ key: 'HeartbeatInterval', value: '300' })).toEqual([]);
    expect(secretsIn({ key: 'AuthorizationKey', value: '[redacted]' })).toEqual([]);
    expect(secretsIn(null)).toEqual([]);
  });
});
