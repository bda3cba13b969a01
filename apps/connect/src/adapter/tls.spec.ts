import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { hashPassword } from '@chargestream/service-kit';
import { Rig } from '../testing/rig';
import { TestAuthority } from '../testing/test-authority';
import { TestCharger, type Refused } from '../testing/test-charger';
import type { RunningConnect } from '../start-connect';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('chargers by TLS', () => {
  let authority: TestAuthority;
  let rig: Rig;
  let running: RunningConnect;
  beforeAll(async () => {
    authority = await TestAuthority.create();
  });
  afterAll(() => authority.remove());
  beforeEach(async () => {
    rig = await Rig.open();
    running = await rig.start(authority.settings);
  });
  afterEach(() => rig.close());

  const port = () => running.tlsPort as number;
  const trust = () => ({ ca: authority.rootPem });
  const refused = async (as: Parameters<Rig['dial']>[0]): Promise<Refused> => {
    const answer = await rig.dial(as);
    if (answer instanceof TestCharger) throw new Error('it was let in');
    return answer;
  };
  const profileOf = async (count = 1) => (await rig.eventsOf('ConnectionOpened', count)).at(-1)?.data.securityProfile;
  const withPassword = async (chargerId: string, more: object = {}) =>
    rig.register({ chargerId, credentials: { username: null, passwordHash: await hashPassword('pw') }, ...more });

  it('with a password have security profile 2, on the plain port still 1', async () => {
    await withPassword('CP1');
    const charger = await rig.charger({ port: port(), tls: trust(), authorization: basic('CP1:pw') });
    expect(await profileOf()).toBe(2);
    expect((await charger.call('Heartbeat', {}))[0]).toBe(3);
    await rig.charger({ port: running.port, authorization: basic('CP1:pw') });
    expect(await profileOf(2)).toBe(1);
    expect((await refused({ port: port(), tls: trust(), authorization: basic('CP1:no') })).status).toBe(401);
  });

  it('with a certificate of their own have security profile 3 and need no password', async () => {
    await withPassword('CP1');
    await rig.charger({ port: port(), tls: await authority.charger('CP1') });
    expect(await profileOf()).toBe(3);
  });

  it('with somebody else’s certificate are refused, whatever the password, and the charger’s events say so', async () => {
    await withPassword('CP1');
    const authorization = basic('CP1:pw');
    const others = await refused({ port: port(), tls: await authority.charger('CP2'), authorization });
    expect(others).toMatchObject({ status: 401, body: expect.stringContaining('it is for CP2, not for this charger') });
    const [event] = await rig.eventsOf('SecurityEventReported');
    expect(event).toMatchObject({ chargerId: 'CP1', data: { type: 'InvalidChargePointCertificate' } });
    expect(event?.data.techInfo).toContain('127.0.0.1');
    // The same charger of another tenant.
    const acme = await authority.charger('CP1', 'acme');
    expect((await refused({ port: port(), tls: acme })).status).toBe(401);
    await rig.charger({ port: port(), path: '/ocpp/acme/CP1', tls: acme });
  });

  it('must have a certificate of the CPO, or of whom he trusts, where the settings say so', async () => {
    // Whitepaper A00.FR.404.
    const cpoName = 'Northwind Charging, Inc.; Maker';
    const { tlsPort } = await rig.start({ ...authority.settings, cpoName, instanceId: 'connect-2' });
    const by = async (chargerId: string, organization?: string) =>
      rig.dial({
        port: tlsPort as number,
        path: `/ocpp/${chargerId}`,
        tls: await authority.charger(chargerId, 'default', organization),
      });
    expect(await by('CP1', 'Northwind Charging, Inc.')).toBeInstanceOf(TestCharger);
    expect(await by('CP2', 'northwind  charging, INC.')).toBeInstanceOf(TestCharger);
    expect(await by('CP3', 'Maker')).toBeInstanceOf(TestCharger);
    await rig.register({ chargerId: 'CP4' });
    const must = 'which must be "Northwind Charging, Inc." or "Maker"';
    expect(await by('CP4', 'Northwind')).toMatchObject({
      status: 401,
      body: expect.stringContaining(`it names the organization (O) "Northwind", ${must}`),
    });
    expect(await by('CP4')).toMatchObject({
      status: 401,
      body: expect.stringContaining('it names no organization (O)'),
    });
    // Without the setting anybody may own it.
    await rig.charger({ port: port(), path: '/ocpp/CP4', tls: await authority.charger('CP4', 'default', 'Northwind') });
    // A00.FR.408.
    const [event] = await rig.eventsOf('SecurityEventReported');
    expect(event).toMatchObject({ chargerId: 'CP4', data: { type: 'InvalidChargePointCertificate' } });
    expect(event?.data.techInfo).toContain(must);
  });

  it('with a certificate of an authority that we do not know are refused', async () => {
    const stranger = await TestAuthority.create();
    const tls = { ...(await stranger.charger('CP1')), ca: authority.rootPem };
    const answer = await refused({ port: port(), tls });
    stranger.remove();
    expect(answer).toMatchObject({ status: 401, body: expect.stringContaining('vouches for it') });
    // Nobody has heard of this charger: no event makes it known.
    expect(rig.events).toEqual([]);
  });

  it('with a certificate that has expired are refused', async () => {
    const yearAgo = Date.now() - 365 * 24 * 60 * 60 * 1000;
    const earlier = await TestAuthority.create(1, () => yearAgo);
    const other = await Rig.open();
    const fresh = authority.settings;
    const ca = earlier.settings.ocppTlsClientCaFile ?? '';
    const { tlsPort } = await other.start({ ...fresh, ocppTlsClientCaFile: ca });
    const tls = { ...(await earlier.charger('CP1')), ca: authority.rootPem };
    const answer = await other.dial({ port: tlsPort as number, tls });
    await other.close();
    earlier.remove();
    expect(answer).toMatchObject({ status: 401, body: expect.stringContaining('it has expired') });
  });

  it('are never let in with a lower profile than the charger’s own, and its events say so once', async () => {
    await withPassword('CP1', { securityProfile: 3 });
    const plain = await refused({ port: running.port, authorization: basic('CP1:pw') });
    expect(plain.status).toBe(403);
    expect(plain.body).toContain('security profile 3 or higher, by TLS (wss://) with a certificate');
    expect((await refused({ port: port(), tls: trust(), authorization: basic('CP1:pw') })).status).toBe(403);
    await rig.charger({ port: port(), tls: await authority.charger('CP1') });
    await rig.eventsOf('ConnectionOpened');
    const alerts = rig.events.filter(({ type }) => type === 'SecurityEventReported');
    expect(alerts).toMatchObject([
      {
        chargerId: 'CP1',
        connectionEpoch: null,
        data: {
          type: 'LowerSecurityProfileRefused',
          techInfo: expect.stringContaining('it came with security profile 1; 3 is the lowest'),
        },
      },
    ]);
  });

  it('are sent away when their lowest profile is raised above what they came with', async () => {
    await withPassword('CP1');
    const charger = await rig.charger({ port: running.port, authorization: basic('CP1:pw') });
    await withPassword('CP2');
    const other = await rig.charger({ port: port(), path: '/ocpp/CP2', tls: trust(), authorization: basic('CP2:pw') });
    await rig.register({ chargerId: 'CP1', securityProfile: 2 });
    expect(await charger.closed).toEqual({ code: 1008, reason: 'a higher security profile is required now' });
    expect((await other.call('Heartbeat', {}))[0]).toBe(3);
  });

  it('are not taken for what they are not: no TLS below 1.2, and the cipher suites of the whitepaper', async () => {
    // A00.FR.317; those with TLS_RSA need a certificate with an RSA key, which stands beside the other.
    const rsa = 'req -x509 -newkey rsa:2048 -nodes -keyout rsa-key.pem -out rsa.pem -subj /CN=localhost';
    execFileSync('openssl', rsa.split(' '), { cwd: authority.folder, stdio: 'ignore' });
    const { ocppTlsCertFile: certificate, ocppTlsKeyFile: key } = authority.settings;
    const file = (name: string) => path.join(authority.folder, name);
    const both = {
      ocppTlsCertFile: `${certificate},${file('rsa.pem')}`,
      ocppTlsKeyFile: `${key},${file('rsa-key.pem')}`,
    };
    const { tlsPort } = await rig.start({ ...authority.settings, ...both, instanceId: 'connect-2' });
    const cipherWith = async (options: ConnectionOptions): Promise<string> => {
      const socket = connectTls({ port: tlsPort as number, host: '127.0.0.1', rejectUnauthorized: false, ...options });
      await once(socket, 'secureConnect');
      const { name } = socket.getCipher();
      socket.destroy();
      return name;
    };
    for (const ciphers of [
      'ECDHE-ECDSA-AES128-GCM-SHA256',
      'ECDHE-ECDSA-AES256-GCM-SHA384',
      'AES128-GCM-SHA256',
      'AES256-GCM-SHA384',
    ]) {
      expect(await cipherWith({ ciphers, maxVersion: 'TLSv1.2' })).toBe(ciphers);
    }
    await expect(cipherWith({ ciphers: 'ECDHE-ECDSA-AES128-SHA', maxVersion: 'TLSv1.2' })).rejects.toThrow();
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await expect(cipherWith(old)).rejects.toThrow();
  });

  it('stay when our certificate is renewed, and the next ones see the new one', async () => {
    const charger = await rig.charger({ port: port(), tls: trust() });
    const renewed = await authority.renewServer();
    process.emit('SIGHUP');
    const seen = connectTls({ port: port(), host: '127.0.0.1', ...trust() });
    await once(seen, 'secureConnect');
    expect(seen.getPeerX509Certificate()?.toString()).toBe(renewed);
    seen.destroy();
    // Half-written: the one before stays.
    writeFileSync(path.join(authority.folder, 'server.pem'), 'nothing');
    process.emit('SIGHUP');
    await rig.charger({ port: port(), path: '/ocpp/CP2', tls: trust() });
    expect((await charger.call('Heartbeat', {}))[0]).toBe(3);
    await authority.renewServer();
  });

  it('cannot be awaited on a port that is taken', async () => {
    const taken = { ...authority.settings, ocppTlsPort: port(), instanceId: 'connect-2' };
    await expect(rig.start(taken)).rejects.toThrow('set OCPP_TLS_PORT to a free one');
  });

  it('behind a proxy count as profile 2 where the settings say so, and everybody has the lowest that they say', async () => {
    await withPassword('CP1');
    const proxied = await rig.start({ ocppBehindTls: true, ocppMinSecurityProfile: 2, instanceId: 'connect-2' });
    await rig.charger({ port: proxied.port, authorization: basic('CP1:pw') });
    expect(await profileOf()).toBe(2);
    const strict = await rig.start({ ...authority.settings, ocppMinSecurityProfile: 2, instanceId: 'connect-3' });
    expect((await refused({ port: strict.port, authorization: basic('CP1:pw') })).status).toBe(403);
    await rig.charger({ port: strict.tlsPort as number, tls: trust(), authorization: basic('CP1:pw') });
  });
});
