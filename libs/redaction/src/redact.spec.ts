import fc from 'fast-check';
import { containsSecret, isSecretName, redact, redactFrame, redactText, REDACTED } from './index';

const S = 'hunter2';

describe('values', () => {
  it.each<[string, unknown]>([
    ['1.6 ChangeConfiguration', { key: 'AuthorizationKey', value: S }],
    ['in any case', { key: 'AUTHORIZATIONKEY', value: S }],
    ['1.6 GetConfiguration', { configurationKey: [{ key: 'authorizationKey', readonly: false, value: S }] }],
    ['2.x SetVariables', { setVariableData: [{ variable: { name: 'BasicAuthPassword' }, attributeValue: S }] }],
    [
      '2.x NotifyReport',
      { variable: { name: 'BasicAuthPassword' }, variableAttribute: [{ type: 'Actual', value: S }] },
    ],
    ['SetNetworkProfile', { connectionData: { basicAuthPassword: S, apn: { apnPassword: S, simPin: S } } }],
    ['VPN', { connectionData: { vpn: { server: 's', user: 'u', key: S, type: 'IKEv2' } } }],
    ['a VPN without server', { vpn: { key: S } }],
    ['our own entries', { component: 'SecurityCtrlr', variable: 'BasicAuthPassword', value: S }],
    ['vendors', { name: 'password', value: S }],
    ['our own credentials', { credentials: { username: null, passwordHash: S } }],
    ['a header', { headers: { Authorization: `Basic ${S}` } }],
    ...['WifiPwd', 'WifiKey', 'WifiPSK', 'AccessToken', 'SimPin', 'api_key', 'wpa-key', 'passcode'].map(
      (key): [string, unknown] => [key, { key, value: S }],
    ),
    ['JSON in a string', { vendorId: 'v', data: JSON.stringify({ password: S }) }],
    ['JSON in JSON in a string', { data: JSON.stringify({ data: JSON.stringify({ password: S }) }) }],
    ['JSON with the name in escapes', { data: `{"p\\u0061ssword":"${S}"}` }],
    ['a number', { simPin: 1234567, token: S }],
  ])('%s', (_what, value) => {
    const shown = JSON.stringify(redact({ nested: [value] }));
    expect(shown).not.toContain(S);
    expect(shown).toContain(REDACTED);
    expect(containsSecret(value)).toBe(true);
    expect(redactFrame(JSON.stringify([2, '1', 'X', value]))).not.toContain(S);
  });

  it('are the very same when there is nothing to hide', () => {
    const value = {
      idToken: { idToken: 'TAG', type: 'ISO14443' },
      groupIdToken: 'G',
      token: { idToken: 'TAG', type: null },
      key: 'HeartbeatInterval',
      value: '300',
      location: 'https://example.org/a@b',
      password: null,
      pin: '',
      list: [1, null, true],
    };
    expect(redact(value)).toBe(value);
    expect(containsSecret(value)).toBe(false);
  });

  it('keep an own field named __proto__', () => {
    const value: unknown = JSON.parse(`{"__proto__":{"a":1},"password":"${S}"}`);
    expect(JSON.stringify(redact(value))).toBe('{"__proto__":{"a":1},"password":"[redacted]"}');
  });
});

describe('text', () => {
  it.each([
    [`ftp://user:${S}@example.org/logs`, 'ftp://[redacted]@example.org/logs'],
    [`ftp://user:pa/${S}@example.org/logs`, 'ftp://[redacted]@example.org/logs'],
    [`ftp://user:pa ${S}@example.org/logs`, 'ftp://[redacted]@example.org/logs'],
    [`see https://${S}@example.org and wait`, 'see https://[redacted]@example.org and wait'],
    [`ftp://:${S}@x@example.org`, 'ftp://[redacted]@example.org'],
    [`https://example.org/x?to=ftp://u:${S}@h`, 'https://example.org/x?to=ftp://[redacted]@h'],
    [`https://example.org/?token=${S}`, 'https://example.org/?token=[redacted]'],
    [`AuthorizationKey=${S}`, 'AuthorizationKey=[redacted]'],
    [`password: "with spaces ${S}", next`, 'password: "[redacted]", next'],
    [`password='it is ${S}' next`, "password='[redacted]' next"],
    [`password="a \\" ${S}" next`, 'password="[redacted]" next'],
    [`password="never closed ${S}`, 'password="[redacted]"'],
    [`password=a b ${S}\nnext line`, 'password=[redacted]\nnext line'],
    [`{"broken":1,"password":"${S}"`, '{"broken":1,"password":"[redacted]"'],
    [`said {\\"password\\":\\"${S}\\"}`, 'said {\\"password\\":[redacted]'],
    [`p\\u0061ssword=${S}`, 'password=[redacted]'],
    [`p\\\\u0061ssword=${S}`, 'password=[redacted]'],
    [`Authorization: Basic ${S}`, 'Authorization: [redacted]'],
    [
      `<a><ns:wifiPassword x="1">${S}</ns:wifiPassword></a>`,
      '<a><ns:wifiPassword x="1">[redacted]</ns:wifiPassword></a>',
    ],
    [
      `x -----BEGIN RSA PRIVATE KEY-----\n${S}\n-----END RSA PRIVATE KEY----- y`,
      'x -----BEGIN RSA PRIVATE KEY-----[redacted] y',
    ],
    [`-----BEGIN PRIVATE KEY-----\n${S}`, '-----BEGIN PRIVATE KEY-----[redacted]'],
  ])('%j', (text, shown) => {
    expect(redactText(text)).toBe(shown);
    expect(redactText(shown)).toBe(shown);
    expect(redactFrame(JSON.stringify([2, '1', 'DataTransfer', { data: text }]))).not.toContain(S);
  });

  it.each([
    'https://example.org/a@b',
    'idToken=TAG',
    'my token is lost',
    '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
    '{"token":null}',
    'mail me@example.org',
  ])('leaves %j', (text) => {
    expect(redactText(text)).toBe(text);
  });

  it('takes no longer for hostile text than its length allows', () => {
    const hostile = [
      '://:',
      '://' + ':'.repeat(200_000),
      'password',
      'password="\\',
      '<password ',
      '-----BEGIN A',
      '{"a":',
    ].map((piece) => piece.repeat(Math.ceil(200_000 / piece.length)));
    const startedMs = performance.now();
    for (const text of hostile) redactText(text);
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });
});

describe('frames', () => {
  it('without secrets stay as they are, to the letter', () => {
    const text = '[2, "1","MeterValues",{"transactionId":9223372036854775807, "t":"2026-01-01T00:00:00\\u002B00:00"}]';
    expect(redactFrame(text)).toBe(text);
    const named = '[2, "1", "GetConfiguration", {"key": ["AuthorizationKey"]}]';
    expect(redactFrame(named)).toBe(named);
  });

  it('that look secret and cannot be read are withheld', () => {
    expect(redactFrame(`[2,"1","X",{"password":"${S}"`)).toBe(REDACTED);
  });

  it.each([
    `[2,"1","ChangeConfiguration",{"key":"Authorization\\u004bey","value":"${S}"}]`,
    `[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"${S}","key":"X"}]`,
    `[2,"1","X",{"password":"${S}","password":""}]`,
    `[2,"1","X",{"l":"ftp:\\/\\/u:${S}@h"}]`,
    `[2,"1","X",{"l":"ftp://u:${S}\\u0040h"}]`,
    `[2,"1","X",{"auth\\u002dkey":"${S}"}]`,
  ])('%s', (text) => {
    expect(redactFrame(text)).not.toContain(S);
  });

  it('nested deeper than anything are withheld', () => {
    expect(redactFrame('['.repeat(20_000) + `{"password":"${S}"}` + ']'.repeat(20_000))).not.toContain(S);
  });
});

describe('whatever comes', () => {
  const secretName = fc.constantFrom(
    'AuthorizationKey',
    'BasicAuthPassword',
    'password',
    'sharedSecret',
    'apiKey',
    'token',
    'simPin',
  );
  const anyCase = secretName.chain((name) =>
    fc
      .array(fc.boolean(), { minLength: name.length, maxLength: name.length })
      .map((upper) =>
        [...name].map((letter, index) => (upper[index] ? letter.toUpperCase() : letter.toLowerCase())).join(''),
      ),
  );
  /** No part of any other text that is generated. */
  const secret = fc.string({ unit: 'grapheme' }).map((text) => `«${S}${text}»`);
  const around = fc.jsonValue({ maxDepth: 3 });
  const placed = fc
    .tuple(anyCase, secret, around)
    .chain(([name, hush, other]) =>
      fc.constantFrom<unknown>(
        { other, [name]: hush },
        { key: name, value: hush, other },
        { variable: { name }, attributeValue: hush },
        { variable: name, value: hush },
        { data: `${name}=${JSON.stringify(hush)}` },
        { data: JSON.stringify({ other, [name]: hush }) },
        [other, [{ a: { [name]: [hush] } }]],
        { location: `ftp://user:${hush.replaceAll('/', '')}/x@example.org` },
      ),
    );

  it('a secret is hidden, in values as in frames', () => {
    fc.assert(
      fc.property(placed, (value) => {
        expect(JSON.stringify(redact(value))).not.toContain(S);
        expect(redactFrame(JSON.stringify([2, 'id', 'DataTransfer', value]))).not.toContain(S);
        expect(containsSecret(value)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('however its name is escaped', () => {
    fc.assert(
      fc.property(anyCase, secret, fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }), (name, hush, escape) => {
        const escaped = [...name]
          .map((letter, index) => (escape[index] ? `\\u00${letter.charCodeAt(0).toString(16)}` : letter))
          .join('');
        expect(redactFrame(`[2,"1","X",{"${escaped}":${JSON.stringify(hush)}}]`)).not.toContain(S);
        expect(redactText(`{"${escaped}":${JSON.stringify(hush)}}`)).not.toContain(S);
        expect(redactText(`${escaped}=${hush.replaceAll('\n', '').replaceAll('\r', '')}`)).not.toContain(S);
      }),
    );
  });

  it('redacting twice changes nothing more', () => {
    fc.assert(
      fc.property(fc.oneof(placed, around), (value) => {
        const once = redact(value);
        expect(redact(once)).toEqual(once);
      }),
      { numRuns: 500 },
    );
  });

  it('the fast way hides what the slow way does', () => {
    fc.assert(
      fc.property(fc.oneof(placed, around), (value) => {
        const json = JSON.stringify(value);
        if (redactFrame(json) === json) expect(redact(JSON.parse(json))).toEqual(JSON.parse(json));
      }),
      { numRuns: 500 },
    );
  });

  it('names are names', () => {
    expect(['idToken', 'groupIdToken', 'publicKey', 'key', 'keyId', 'pinging'].filter(isSecretName)).toEqual([]);
  });
});

describe('tokens of the upload endpoint', () => {
  const payload = Buffer.from(JSON.stringify(['default', 'CP-1', 'command'])).toString('base64url');
  const token = `upl_${payload}.${'s_-'.repeat(14)}s`;

  it.each([
    `[2,"1","GetDiagnostics",{"location":"http://127.0.0.1:4000/uploads/${token}"}]`,
    `[2,"1","GetLog",{"log":{"remoteLocation":"https://logs.example.org/in/${token}/"}}]`,
    `[2,"1","DataTransfer",{"data":"PUT %2F${token}%2Fa.log"}]`,
    `[2,"1","DataTransfer",{"data":"\\u0075${token.slice(1)}"}]`,
    `[2,"1","DataTransfer",{"data":"${token}","data":"x"}]`,
    `no frame: ${token.slice(0, 40)}`,
  ])('are hidden in %s', (frame) => {
    const shown = redactFrame(frame) + redactText(frame);
    expect(shown).toContain(REDACTED);
    expect(shown).not.toContain(payload.slice(0, 20));
    expect(shown).not.toContain('s_-s_-');
  });

  it('leave the rest of the frame as it is, and are found in commands', () => {
    const location = `http://127.0.0.1:4000/uploads/${token}`;
    expect(redact({ location, retries: 3 })).toEqual({
      location: `http://127.0.0.1:4000/uploads/${REDACTED}`,
      retries: 3,
    });
    expect(containsSecret({ kind: 'GET_LOGS', location })).toBe(true);
    expect(containsSecret(redact({ location }))).toBe(false);
    expect(redactFrame('[2,"1","DataTransfer",{"data":"upl_short"}]')).toContain('upl_short');
  });
});
