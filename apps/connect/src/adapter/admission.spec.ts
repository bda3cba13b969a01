import { chargerKey, type RegistryEntry } from '@chargestream/contracts';
import { hashPassword, Settings, verifyPassword } from '@chargestream/service-kit';
import { ChargerRegistry } from '../tables/charger-registry';
import { MemoryTable } from '../testing/memory-table';
import { Authenticator, type AuthenticationRequest } from './authenticator';
import { formsOfAuthorizationKey, parseBasic } from './basic-credentials';
import { identityProblem, parseChargerPath } from './charger-path';
import { QuietLog } from './quiet-log';
import { negotiate } from './subprotocol';

describe('the path', () => {
  it.each([
    ['/ocpp/CP1', 'default', 'CP1'],
    ['/ocpp/CP1/', 'default', 'CP1'],
    ['/ocpp/acme/CP1?x=1', 'acme', 'CP1'],
    ['/ocpp/CP%201%2F2', 'default', 'CP 1/2'],
    ['/ocpp/%E2%82%AC', 'default', '€'],
  ])('%s', (url, tenantId, chargerId) => {
    expect(parseChargerPath(url)).toEqual({ ok: true, tenantId, chargerId });
  });

  it.each([
    ['/ocpp/%', 400],
    ['/ocpp/%ff', 400],
    ['/ocpp/a%00b', 400],
    ['/ocpp/a%0Ab', 400],
    ['/ocpp/a%7Fb', 400],
    ['/ocpp/', 400],
    ['/ocpp//CP1', 400],
    ['/ocpp/a/b/c', 400],
    ['/ocpp/bad%20tenant/CP1', 400],
    ['/', 404],
    ['/ocpp', 404],
    ['/other/CP1', 404],
    ['', 404],
  ])('%s is refused with %i', (url, status) => {
    expect(parseChargerPath(url)).toMatchObject({ ok: false, status });
  });

  it('limits the identity as its version does', () => {
    expect(identityProblem('x'.repeat(255), '1.6')).toBeNull();
    expect(identityProblem('x'.repeat(256), '1.6')).toContain('255');
    expect(identityProblem('a'.repeat(48), '2.0.1')).toBeNull();
    expect(identityProblem('a'.repeat(49), '2.0.1')).toContain('48');
    expect(identityProblem('CP:1', '2.1')).toContain('characters');
    expect(identityProblem('A*-_=+|@.', '2.1')).toBeNull();
  });
});

describe('the subprotocol', () => {
  it("takes the charger's first that we speak", () => {
    expect(negotiate('ocpp9, ocpp1.6 ,ocpp2.0.1')).toEqual({ subprotocol: 'ocpp1.6', version: '1.6' });
    expect(negotiate('ocpp2.1,ocpp1.6')?.version).toBe('2.1');
  });
  it.each([undefined, '', 'ocpp1.5', 'OCPP1.6'])('%s is none of ours', (header) => {
    expect(negotiate(header)).toBeNull();
  });
});

describe('Basic credentials', () => {
  const basic = (text: string | Buffer) => `Basic ${Buffer.from(text).toString('base64')}`;

  it('splits at the first colon, and keeps the bytes of the password', () => {
    expect(parseBasic(basic('CP1:a:b'), 'CP1')).toEqual({ username: 'CP1', password: Buffer.from('a:b') });
    const raw = Buffer.concat([Buffer.from('CP1:'), Buffer.from([0xff, 0, 0x3a])]);
    expect(parseBasic(basic(raw), 'CP1')?.password).toEqual(Buffer.from([0xff, 0, 0x3a]));
  });
  it('knows a charger id that holds a colon', () => {
    expect(parseBasic(basic('A:B:pw'), 'A:B')).toEqual({ username: 'A:B', password: Buffer.from('pw') });
  });
  it.each([undefined, 'Bearer abc', 'Basic', 'Basic !!!', basic('nocolon')])('%s is none', (header) => {
    expect(parseBasic(header, 'CP1')).toBeNull();
  });
  it('takes both forms of a 1.6 key for the same', () => {
    const hex = 'a1B2c3d4e5f60718293a4b5c6d7e8f9001020304';
    const bytes = Buffer.from(hex, 'hex');
    expect(formsOfAuthorizationKey(Buffer.from(hex)).some((form) => form.equals(bytes))).toBe(true);
    expect(formsOfAuthorizationKey(bytes).map(String)).toContain(hex.toLowerCase());
    expect(formsOfAuthorizationKey(Buffer.from('short'))).toHaveLength(1);
  });
});

describe('authentication', () => {
  const key = chargerKey('default', 'CP1');
  const basic = (user: string, password: string | Buffer) =>
    `Basic ${Buffer.concat([Buffer.from(`${user}:`), Buffer.from(password)]).toString('base64')}`;
  const request = (authorization?: string, version: AuthenticationRequest['version'] = '1.6') => ({
    tenantId: 'default',
    chargerId: 'CP1',
    version,
    authorization,
    transport: { kind: 'plain' as const },
  });

  function setUp(
    entry: Partial<RegistryEntry> | null,
    settings: Partial<{ registration: 'auto' | 'manual'; ocppHost: string; ocppUsername: 'chargerId' | 'any' }> = {},
  ) {
    const table = new MemoryTable();
    const whole = {
      tenantId: 'default',
      chargerId: 'CP1',
      registration: 'ACCEPTED',
      credentials: null,
      retired: false,
    };
    if (entry) table.put(key, { ...whole, ...entry });
    const registry = new ChargerRegistry(table);
    const verify = jest.fn(verifyPassword);
    const defaults = Object.assign(new Settings(), { ocppHost: '127.0.0.1' });
    return { table, verify, authenticator: new Authenticator(registry, { ...defaults, ...settings }, verify) };
  }
  const withPassword = async (password: string | Buffer, username: string | null = null) => ({
    credentials: { username, passwordHash: await hashPassword(password) },
  });

  it('registers an unknown charger by itself, or answers 404', async () => {
    expect(await setUp(null).authenticator.authenticate(request())).toEqual({ ok: true, securityProfile: 0 });
    const manual = setUp(null, { registration: 'manual' });
    expect(await manual.authenticator.authenticate(request())).toMatchObject({ ok: false, refusal: { status: 404 } });
  });

  it('lets nobody in without credentials from outside, and says what to do', async () => {
    for (const entry of [null, {}]) {
      const { authenticator } = setUp(entry, { ocppHost: '0.0.0.0' });
      const answer = await authenticator.authenticate(request());
      expect(answer).toMatchObject({ ok: false, refusal: { status: 401 } });
      expect(JSON.stringify(answer)).toContain('setChargerCredentials');
    }
  });

  it('refuses a retired charger', async () => {
    const { authenticator } = setUp({ retired: true });
    expect(await authenticator.authenticate(request())).toMatchObject({ ok: false, refusal: { status: 403 } });
  });

  it('checks password and username', async () => {
    const { authenticator } = setUp(await withPassword('correct horse battery'));
    const outcome = async (authorization?: string) => (await authenticator.authenticate(request(authorization))).ok;
    expect(await outcome(basic('CP1', 'correct horse battery'))).toBe(true);
    expect(await outcome(basic('CP1', 'wrong'))).toBe(false);
    expect(await outcome(basic('CP2', 'correct horse battery'))).toBe(false);
    expect(await outcome(undefined)).toBe(false);
  });

  it('takes another username where that is configured', async () => {
    const any = setUp(await withPassword('pw'), { ocppUsername: 'any' });
    expect((await any.authenticator.authenticate(request(basic('whoever', 'pw')))).ok).toBe(true);
    const named = setUp(await withPassword('pw', 'depot'), { ocppUsername: 'any' });
    expect((await named.authenticator.authenticate(request(basic('depot', 'pw')))).ok).toBe(true);
    expect((await named.authenticator.authenticate(request(basic('CP1', 'pw')))).ok).toBe(false);
  });

  it('takes either form of a 1.6 AuthorizationKey, and only on 1.6', async () => {
    const hex = '0123456789abcdef0123456789abcdef';
    const bytes = Buffer.from(hex, 'hex');
    const setAsHex = setUp(await withPassword(hex)).authenticator;
    const setAsBytes = setUp(await withPassword(bytes)).authenticator;
    expect((await setAsHex.authenticate(request(basic('CP1', bytes)))).ok).toBe(true);
    expect((await setAsHex.authenticate(request(basic('CP1', hex)))).ok).toBe(true);
    expect((await setAsBytes.authenticate(request(basic('CP1', hex)))).ok).toBe(true);
    expect((await setAsHex.authenticate(request(basic('CP1', bytes), '2.0.1'))).ok).toBe(false);
  });

  it('checks the same password cheaply the second time, until the credentials change', async () => {
    const { authenticator, verify, table } = setUp(await withPassword('pw'));
    for (let n = 0; n < 5; n++) await authenticator.authenticate(request(basic('CP1', 'pw')));
    expect(verify).toHaveBeenCalledTimes(1);
    const changed = { tenantId: 'default', chargerId: 'CP1', registration: 'ACCEPTED', retired: false };
    table.put(key, { ...changed, ...(await withPassword('new')) });
    expect((await authenticator.authenticate(request(basic('CP1', 'pw')))).ok).toBe(false);
    expect((await authenticator.authenticate(request(basic('CP1', 'new')))).ok).toBe(true);
  });
});

describe('the log of refusals', () => {
  it('says the same thing once a minute, and how often it did not', () => {
    let nowMs = 0;
    const warn = jest.fn();
    const log = new QuietLog({ warn } as never, () => nowMs);
    for (let n = 0; n < 10; n++) log.warn({ charger: 'a' }, 'no');
    log.warn({ charger: 'b' }, 'no');
    expect(warn).toHaveBeenCalledTimes(2);
    nowMs = 60_000;
    log.warn({ charger: 'a' }, 'no');
    expect(warn).toHaveBeenCalledWith({ suppressed: 9 }, expect.any(String));
    expect(warn).toHaveBeenCalledTimes(4);
  });
});
