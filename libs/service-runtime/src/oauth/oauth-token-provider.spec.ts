import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { oauthTokenProvider } from './oauth-token-provider';

interface Asked {
  authorization: string | undefined;
  body: string;
}

describe('tokens for Kafka', () => {
  let server: Server;
  let url: string;
  let asked: Asked[];
  let answer: (response: ServerResponse) => void;
  let nowMs: number;

  beforeAll(async () => {
    server = createServer((request: IncomingMessage, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        asked.push({ authorization: request.headers.authorization, body });
        answer(response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
  });
  afterAll(() => server.close());
  beforeEach(() => {
    asked = [];
    nowMs = 1_000_000;
    answer = (response) => response.end(JSON.stringify({ access_token: `token-${asked.length}`, expires_in: 100 }));
  });

  const provider = (more: object = {}) =>
    oauthTokenProvider({ url, clientId: 'a:b c', clientSecret: 's%cret', clock: () => nowMs, ...more });

  it('come by the client credentials grant', async () => {
    await provider({ scope: 'kafka' })();
    const credentials = Buffer.from(asked[0]?.authorization?.replace('Basic ', '') ?? '', 'base64').toString();
    expect(credentials).toBe('a%3Ab+c:s%25cret');
    expect(asked[0]?.body).toBe('grant_type=client_credentials&scope=kafka');
  });

  it('are kept, shared, and replaced before they expire', async () => {
    const token = provider();
    expect(await Promise.all([token(), token()])).toEqual([{ value: 'token-1' }, { value: 'token-1' }]);
    nowMs += 74_000;
    expect(await token()).toEqual({ value: 'token-1' });
    nowMs += 2_000;
    expect(await token()).toEqual({ value: 'token-2' });
    expect(asked).toHaveLength(2);
  });

  it('serve on while no new one is to be had, until they expire', async () => {
    const failures: unknown[] = [];
    const token = provider({ onError: (error: unknown) => failures.push(error) });
    await token();
    answer = (response) => response.writeHead(503).end();
    nowMs += 80_000;
    expect(await token()).toEqual({ value: 'token-1' });
    expect(failures).toHaveLength(1);
    nowMs += 21_000;
    await expect(token()).rejects.toThrow('answered 503');
  });

  it.each([
    ['a refusal', 401, '{"error":"invalid_client","error_description":"<script>"}', /answered 401 invalid_client\./],
    ['no token', 200, '{"token":"x"}', /has no access_token/],
    ['no JSON', 200, '<html>', /has no access_token/],
    ['an empty token', 200, '{"access_token":""}', /has no access_token/],
  ])('%s is a sentence without the secret', async (_name, status, body, sentence) => {
    answer = (response) => response.writeHead(status).end(body);
    const failure: Error = await provider()().then(
      () => new Error('no failure'),
      (error: Error) => error,
    );
    expect(failure.message).toMatch(sentence);
    expect(failure.message).not.toContain('s%cret');
  });

  it.each(['{"access_token":"t"}', '{"access_token":"t","expires_in":-5}', '{"access_token":"t","expires_in":"soon"}'])(
    'without a usable life, as in %s, are kept for five minutes',
    async (body) => {
      answer = (response) => response.end(body);
      const token = provider();
      await token();
      nowMs += 200_000;
      await token();
      expect(asked).toHaveLength(1);
      nowMs += 100_000;
      await token();
      expect(asked).toHaveLength(2);
    },
  );

  it('say where nobody answers', async () => {
    await expect(provider({ url: 'http://127.0.0.1:1/token' })()).rejects.toThrow(
      /http:\/\/127\.0\.0\.1:1\/token does not answer .*KAFKA_OAUTH_TOKEN_URL/,
    );
  });
});
