import { once } from 'node:events';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { request } from 'node:http';
import { exportSPKI, importPKCS8, SignJWT } from 'jose';
import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';
import { startApi } from './start-api';
import { ApiFixture } from './testing/api-fixture';

const QUERY = '{ chargers { nodes { id } } }';
const SECRET = 'a secret of more than thirty-two characters';

/** `fetch` does not let one choose the Host. */
function postWithHost(url: string, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { host, 'content-type': 'application/json' };
    const sent = request(url, { method: 'POST', headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end(JSON.stringify({ query: QUERY }));
  });
}

function firstAnswer(client: Client): Promise<unknown> {
  return new Promise((resolve) => {
    client.subscribe({ query: QUERY }, { next: resolve, error: resolve, complete: () => {} });
  });
}

describe('without authentication, on loopback', () => {
  let fixture: ApiFixture;
  beforeAll(async () => (fixture = await ApiFixture.start()));
  afterAll(() => fixture.close());

  it('answers this machine and nobody who calls it by another name', async () => {
    expect(await postWithHost(fixture.api.url, 'localhost:4000')).toBe(200);
    expect(await postWithHost(fixture.api.url, 'rebound.example')).toBe(403);
  });

  it('refuses other pages, other content types and operations in the address', async () => {
    const foreign = await fixture.query(QUERY, {}, { origin: 'https://evil.example' });
    expect(foreign).toMatchObject({ status: 403, errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    const form = await fixture.query(QUERY, {}, { 'content-type': 'text/plain' });
    expect(form.status).toBe(415);
    const inAddress = await fetch(`${fixture.api.url}?query=${encodeURIComponent(QUERY)}`);
    expect(inAddress.status).toBe(405);
  });

  it('does not take the header of an upgrade for one', async () => {
    const inAddress = await new Promise<number>((resolve, reject) => {
      const headers = { upgrade: 'websocket' };
      const sent = request(`${fixture.api.url}?query=${encodeURIComponent(QUERY)}`, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      sent.on('error', reject);
      sent.end();
    });
    expect(inAddress).toBe(405);
  });

  it('refuses fragments that spread each other, without walking every path between them', async () => {
    const names = Array.from({ length: 25 }, (_, index) => `F${index}`);
    const fragments = names.map(
      (name) =>
        `fragment ${name} on Query { ${names
          .filter((other) => other !== name)
          .map((other) => `...${other}`)
          .join(' ')} }`,
    );
    const { errors } = await fixture.query(`{ ...F0 } ${fragments.join(' ')}`);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_INPUT' });
  });

  it('refuses WebSockets of other pages', async () => {
    const socket = new WebSocket(fixture.api.url.replace('http', 'ws'), 'graphql-transport-ws', {
      origin: 'https://evil.example',
    });
    const status = await new Promise((resolve) => {
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
      socket.on('open', () => resolve('open'));
      socket.on('error', () => {});
    });
    expect(status).toBe(403);
  });

  it('serves GraphiQL from this machine alone', async () => {
    const page = await (await fetch(fixture.api.url, { headers: { accept: 'text/html' } })).text();
    const sources = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source as string);
    expect(sources.length).toBeGreaterThan(3);
    for (const source of sources) {
      expect(source).toMatch(/^\/graphiql\//);
      expect((await fetch(new URL(source, fixture.api.url))).status).toBe(200);
    }
  });

  it('tells its health and its metrics', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics']) {
      expect((await fetch(new URL(path, fixture.api.url))).status).toBe(200);
    }
  });

  it('does not start where others could reach it', async () => {
    const { bus, readModel } = fixture;
    const settings = { auth: 'none', apiHost: '0.0.0.0', apiPort: 0, instanceId: 'x' } as never;
    await expect(startApi({ bus, readModel, settings })).rejects.toThrow(/AUTH=apikey or AUTH=jwt/);
  });
});

describe('with API keys', () => {
  const key = 'open-sesame';
  let fixture: ApiFixture;
  beforeAll(async () => {
    const hash = createHash('sha256').update(key).digest('hex');
    fixture = await ApiFixture.start({ AUTH: 'apikey', API_KEYS: `bob:${'0'.repeat(64)},alice:${hash}` });
  });
  afterAll(() => fixture.close());

  it('asks for the key also when a request only says that it is an upgrade', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const headers = { upgrade: 'websocket', 'content-type': 'application/json' };
      const sent = request(fixture.api.url, { method: 'POST', headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve(Buffer.concat(chunks).toString()));
      });
      sent.on('error', reject);
      sent.end(JSON.stringify({ query: '{ __schema { types { name } } }' }));
    });
    expect(answer).toContain('UNAUTHENTICATED');
    expect(answer).not.toContain('Charger');
  });

  it('lets in who has one, by either header', async () => {
    const ways: Record<string, string>[] = [{ 'x-api-key': key }, { authorization: `Bearer ${key}` }];
    for (const headers of ways) {
      expect(await fixture.query(QUERY, {}, headers)).toMatchObject({ status: 200, data: {} });
    }
  });

  it.each([{}, { 'x-api-key': 'wrong' }, { authorization: 'Basic abc' }])('refuses %j', async (headers) => {
    const answer = await fixture.query(QUERY, {}, headers as Record<string, string>);
    expect(answer).toMatchObject({ status: 401, data: null, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });

  it('asks for it on graphql-ws too', async () => {
    const url = fixture.api.url.replace('http', 'ws');
    const client = createClient({ url, webSocketImpl: WebSocket, connectionParams: { 'x-api-key': key }, lazy: true });
    expect(await firstAnswer(client)).toMatchObject({ data: { chargers: { nodes: [] } } });
    await client.dispose();
    const stranger = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0 });
    expect(await firstAnswer(stranger)).not.toHaveProperty('data');
    await stranger.dispose();
  });

  it('takes it from the headers of the upgrade, too', async () => {
    const url = fixture.api.url.replace('http', 'ws');
    class WithKey extends WebSocket {
      constructor(address: string, protocols: string[]) {
        super(address, protocols, { headers: { 'x-api-key': key } });
      }
    }
    const client = createClient({ url, webSocketImpl: WithKey, lazy: true });
    expect(await firstAnswer(client)).toMatchObject({ data: { chargers: { nodes: [] } } });
    await client.dispose();
  });

  it.each([
    [{}, 4401],
    [{ 'x-api-key': 'wrong' }, 4403],
    [{ Authorization: 'Bearer wrong' }, 4403],
  ])('closes graphql-ws with %j by %i', async (payload, code) => {
    const socket = new WebSocket(fixture.api.url.replace('http', 'ws'), 'graphql-transport-ws');
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload })));
    const [closedWith, reason] = (await once(socket, 'close')) as [number, Buffer];
    expect([closedWith, reason.toString()]).toEqual([code, expect.stringMatching(/API key/)]);
  });

  it('answers operations before connection_init with nothing', async () => {
    const socket = new WebSocket(fixture.api.url.replace('http', 'ws'), 'graphql-transport-ws');
    const heard: string[] = [];
    socket.on('message', (data) => heard.push(data.toString()));
    socket.on('open', () => socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: QUERY } })));
    await once(socket, 'close');
    expect(heard.join()).not.toContain('"data"');
  });
});

describe('with JWTs', () => {
  it('takes HS256 with the secret, and the tenant from the token', async () => {
    const fixture = await ApiFixture.start({ AUTH: 'jwt', JWT_SECRET: SECRET });
    try {
      const sign = (secret: string, expires: string) =>
        new SignJWT({ tenant: 'acme' })
          .setProtectedHeader({ alg: 'HS256' })
          .setSubject('alice')
          .setExpirationTime(expires)
          .sign(new TextEncoder().encode(secret));
      const ask = async (token: string) => fixture.query(QUERY, {}, { authorization: `Bearer ${token}` });
      expect(await ask(await sign(SECRET, '1h'))).toMatchObject({ status: 200 });
      expect(await ask(await sign(SECRET, '-1h'))).toMatchObject({ status: 401 });
      expect(await ask(await sign(`${SECRET}x`, '1h'))).toMatchObject({ status: 401 });
      expect(await ask('not.a.jwt')).toMatchObject({ status: 401 });
    } finally {
      await fixture.close();
    }
  });

  it('takes RS256 with the public key, and no HS256 made from it', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = await exportSPKI(publicKey as never);
    const fixture = await ApiFixture.start({ AUTH: 'jwt', JWT_PUBLIC_KEY: pem });
    try {
      const pkcs8 = await importPKCS8(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 'RS256');
      const good = await new SignJWT({}).setProtectedHeader({ alg: 'RS256' }).setSubject('alice').sign(pkcs8);
      const forged = await new SignJWT({})
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject('alice')
        .sign(new TextEncoder().encode(pem));
      expect(await fixture.query(QUERY, {}, { authorization: `Bearer ${good}` })).toMatchObject({ status: 200 });
      expect(await fixture.query(QUERY, {}, { authorization: `Bearer ${forged}` })).toMatchObject({ status: 401 });
    } finally {
      await fixture.close();
    }
  });
});
