import { redacted } from './redact';

describe('what is shown of payloads', () => {
  it.each([
    { key: 'AuthorizationKey', value: 'HUSH' },
    { key: 'WifiPassword', value: 'HUSH' },
    { setVariableData: [{ variable: { name: 'BasicAuthPassword' }, attributeValue: 'HUSH' }] },
    { component: 'SecurityCtrlr', variable: 'BasicAuthPassword', value: 'HUSH' },
    { location: 'ftp://user:HUSH@example.org/x' },
    { connectionData: { apn: { apnPassword: 'HUSH' }, vpn: { server: 's', user: 'u', key: 'HUSH' } } },
    { credentials: { username: null, passwordHash: 'HUSH' } },
    ...['WifiPwd', 'WifiKey', 'WifiPSK', 'AccessToken', 'SimPin', 'api_key'].map((key) => ({ key, value: 'HUSH' })),
    { apn: { simPin: 'HUSH' }, vpn: { server: 's', key: 'HUSH' } },
    { location: 'https://HUSH@example.org' },
    { location: 'ftp://:HUSH@x@example.org' },
    { data: 'AuthorizationKey=HUSH' },
    { data: '{"password": "HUSH"}' },
  ])('does not contain the secret of %j', (payload) => {
    expect(JSON.stringify(redacted({ nested: [payload] }))).not.toContain('HUSH');
  });

  it('is everything else, as it was', () => {
    const payload = {
      key: 'HeartbeatInterval',
      value: '300',
      location: 'https://example.org/a@b',
      list: [1, null, true],
    };
    expect(redacted(payload)).toEqual(payload);
  });
});
