import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { request, type ClientRequest } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { chargerStream, commandStream, type Intent } from '@chargestream/contracts';
import { chargerConnected, commandRequested } from '@chargestream/read-model/testing';
import { SignJWT } from 'jose';
import { ApiFixture } from '../testing/api-fixture';

jest.setTimeout(20_000);

const MAX_BYTES = 200_000;
const JWT_SECRET = 'a secret of more than thirty-two characters';
const GET_LOGS = 'mutation ($input: GetLogsInput!) { getLogs(input: $input) { id } }';

/** Commands are taken as requested, uploads as facts of the charger, as core does. */
function asCore(intent: Intent) {
  if (intent.type === 'RecordUpload') {
    const facts = [{ type: 'FileUploaded' as const, data: intent.data }];
    return { stream: chargerStream(intent.tenantId, intent.chargerId), facts };
  }
  return { stream: commandStream(intent.id), facts: [commandRequested(intent.id)] };
}

describe('uploads', () => {
  let folder: string;
  let fixture: ApiFixture;
  let nowMs: number;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'chargestream-uploads-'));
    nowMs = Date.now();
    fixture = await start();
  });
  afterEach(async () => {
    await fixture.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(environment: Record<string, string> = {}): Promise<ApiFixture> {
    const started = await ApiFixture.start(
      { DATA_DIR: folder, UPLOAD_MAX_BYTES: String(MAX_BYTES), ...environment },
      { clock: () => nowMs },
    );
    started.decide = asCore;
    await started.append(chargerStream('default', 'CP-1'), [chargerConnected(1)], { chargerId: 'CP-1' });
    return started;
  }
  async function location(of = fixture, headers: Record<string, string> = {}): Promise<string> {
    const { errors } = await of.query(GET_LOGS, { input: { chargerId: 'CP-1' } }, headers);
    expect(errors).toBeUndefined();
    const intent = of.intents.findLast(({ type }) => type === 'SendCommand');
    if (intent?.type !== 'SendCommand' || intent.data.command.kind !== 'GET_LOGS') throw new Error('no command');
    return intent.data.command.location;
  }
  /** Read to its end, or the connection would keep the server from closing. */
  const wholly = async (response: Response) => {
    const content = Buffer.from(await response.arrayBuffer());
    return { status: response.status, headers: response.headers, content, text: () => content.toString() };
  };
  const put = async (url: string, body: RequestInit['body'], method = 'PUT') =>
    wholly(await fetch(url, { method, body }));
  /** The files in the folder of uploads, whole and half. */
  const kept = () => (existsSync(path.join(folder, 'uploads')) ? readdirSync(path.join(folder, 'uploads')) : []);
  const recorded = (of = fixture) => of.intents.filter(({ type }) => type === 'RecordUpload');
  const until = async (isSo: () => boolean) => {
    for (const deadline = Date.now() + 5_000; !isSo();) {
      if (Date.now() > deadline) throw new Error(`Not so in 5 s: ${String(isSo)}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  async function uploads(of = fixture): Promise<{ fileId: string; name: string; url: string; bytes: number }[]> {
    const { data } = await of.query('{ charger(id: "CP-1") { uploads { nodes { fileId name url bytes } } } }');
    return (data as unknown as { charger: { uploads: { nodes: [] } } }).charger.uploads.nodes;
  }
  const fetched = async (url: string, headers: Record<string, string> = {}) =>
    wholly(await fetch(new URL(url, fixture.api.url), { headers }));

  it('are kept under the command that asked for them, and given back byte by byte', async () => {
    const body = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 256));
    const response = await put(`${await location()}/diagnostics%20%231.zip`, body);
    expect([response.status, response.text()]).toEqual([201, '100000 bytes are kept.\n']);
    const command = fixture.intents[0]!;
    expect(recorded()).toMatchObject([
      { tenantId: 'default', chargerId: 'CP-1', requestedBy: 'charger CP-1', data: { commandId: command.id } },
    ]);
    const [upload] = await uploads();
    expect(upload).toMatchObject({ name: 'diagnostics #1.zip', bytes: 100_000 });
    const file = await fetched(upload!.url);
    expect(file.content.equals(body)).toBe(true);
    expect(Object.fromEntries(file.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="diagnostics #1.zip"; filename*=UTF-8''diagnostics%20%231.zip`,
      'x-content-type-options': 'nosniff',
    });
    expect(statSync(path.join(folder, 'upload-secret')).mode & 0o777).toBe(0o600);
    expect(statSync(path.join(folder, 'uploads', upload!.fileId)).mode & 0o777).toBe(0o600);
  });

  it('come as forms too, of which the first file counts', async () => {
    const form = new FormData();
    form.append('chargePointId', 'CP-1');
    form.append('file', new Blob(['the log']), 'C:\\logs\\today.log');
    form.append('file', new Blob(['another one']), 'other.log');
    expect((await put(await location(), form, 'POST')).status).toBe(201);
    expect(await uploads()).toMatchObject([{ name: 'today.log', bytes: 7 }]);
  });

  it.each([
    ['..%2F..%2F..%2Fetc%2Fpasswd', 'passwd'],
    ['../../../etc/passwd', 'passwd'],
    ['..', 'upload'],
    ['%00%0d%0aSet-Cookie:%20x', 'Set-Cookie x'],
    ['a%22;x=%22.log', 'a ;x= .log'],
    ['%E2%80%AEgol.exe', 'gol.exe'],
    ['x'.repeat(3_000), 'x'.repeat(200)],
    ['', 'upload'],
  ])('with hostile names (%#) have them in name only', async (name, shown) => {
    const { hostname, port, pathname } = new URL(await location());
    const status = await new Promise<number | undefined>((resolve, reject) => {
      // Nobody tidies the path up on its way, as `fetch` would.
      const sent = request({ hostname, port, path: `${pathname}/${name}`, method: 'PUT', agent: false }, (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode));
      });
      sent.on('error', reject);
      sent.end('x');
    });
    expect(status).toBe(201);
    expect(await uploads()).toMatchObject([{ name: shown }]);
    expect(readdirSync(folder).sort()).toEqual(['upload-secret', 'uploads']);
    expect(kept()).toHaveLength(1);
    expect((await fetched((await uploads())[0]!.url)).status).toBe(200);
  });

  it.each(['PUT', 'POST'])('that are too large are refused by %s, and nothing of them is left', async (method) => {
    const url = await location();
    const large = Buffer.alloc(MAX_BYTES + 1);
    const form = new FormData();
    form.append('file', new Blob([large]), 'large');
    const unsized = new ReadableStream({
      start(controller) {
        for (let sent = 0; sent <= MAX_BYTES; sent += 1_000) controller.enqueue(large.subarray(0, 1_000));
        controller.close();
      },
    });
    const huge = Buffer.alloc(MAX_BYTES * 5);
    for (const body of [large, form, unsized, huge]) {
      const response = await wholly(await fetch(url, { method, body, duplex: 'half' } as RequestInit));
      expect(response.status).toBe(413);
      expect(response.text()).toContain(`larger than ${MAX_BYTES} bytes`);
    }
    expect(kept()).toEqual([]);
    expect(recorded()).toEqual([]);
    // It was no use of the token.
    expect((await put(url, Buffer.alloc(MAX_BYTES), method)).status).toBe(201);
  });

  it('that break off leave nothing', async () => {
    const url = await location();
    const boundary = '--x\r\ncontent-disposition: form-data; name="f"; filename="f"\r\n\r\n';
    for (const [type, begin] of [
      ['application/octet-stream', ''],
      ['multipart/form-data; boundary=x', boundary],
    ] as const) {
      const sent: ClientRequest = request(url, {
        method: 'PUT',
        headers: { 'content-type': type, 'content-length': 150_000 },
      });
      sent.on('error', () => undefined);
      sent.write(begin + 'a'.repeat(70_000));
      await until(() => kept().length === 1);
      sent.destroy();
      await until(() => kept().length === 0);
    }
    expect(recorded()).toEqual([]);
    expect((await put(url, 'whole')).status).toBe(201);
  });

  it.each([
    [
      'a form without a file',
      'multipart/form-data; boundary=x',
      '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n',
    ],
    [
      'a form that ends too early',
      'multipart/form-data; boundary=x',
      '--x\r\ncontent-disposition: form-data; name="a"; filename="f"\r\n\r\nb',
    ],
    ['a form without boundary', 'multipart/form-data', 'x'],
  ])('refuse %s, and leave the token good', async (_what, type, body) => {
    const url = await location();
    const response = await wholly(await fetch(url, { method: 'POST', headers: { 'content-type': type }, body }));
    expect([response.status, response.text()]).toEqual([400, expect.stringContaining('form cannot be read')]);
    expect(kept()).toEqual([]);
    expect((await put(url, 'whole')).status).toBe(201);
  });

  it('of one token are few at once', async () => {
    const url = await location();
    const sent = [1, 2, 3].map(() => {
      const one = request(url, { method: 'PUT', agent: false, headers: { 'content-length': 150_000 } });
      one.on('error', () => undefined);
      one.write('a'.repeat(70_000));
      return one;
    });
    await until(() => kept().length === 3);
    const refused = await put(url, 'x');
    expect([refused.status, refused.text()]).toEqual([429, expect.stringContaining('under way')]);
    for (const one of sent) one.destroy();
    await until(() => kept().length === 0);
    expect((await put(url, 'x')).status).toBe(201);
  });

  it('are taken once by a token, though two come at once, and though api is another one', async () => {
    const url = await location();
    const answers = await Promise.all([put(url, 'one'), put(url, 'two'), put(url, 'three')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused[0]!.text()).toContain('takes one only');
    expect(kept()).toHaveLength(1);
    expect(recorded().length).toBeGreaterThan(0);

    const other = await start();
    try {
      const there = new URL(url);
      there.port = new URL(other.api.url).port;
      expect((await put(there.href, 'four')).status).toBe(409);
      expect(
        (await put((await location(other)).replace(there.port, new URL(fixture.api.url).port), 'five')).status,
      ).toBe(201);
    } finally {
      await other.close();
    }
  });

  it('need a token that we made, for what it was made, and in time', async () => {
    const url = await location();
    const token = url.split('/').at(-1)!;
    const [claims, signature] = token.slice(4).split('.') as [string, string];
    const forged = JSON.parse(Buffer.from(claims, 'base64url').toString()) as unknown[];
    forged[1] = 'CP-2';
    const others = Buffer.from(JSON.stringify(forged)).toString('base64url');
    for (const bad of [
      'x',
      'upl_',
      `upl_${others}.${signature}`,
      `upl_${claims}.`,
      `${token}a`,
      `upl_.${signature}`,
      'a'.repeat(5_000),
    ]) {
      const response = await put(url.replace(token, bad), 'x');
      expect([bad, response.status]).toEqual([bad, 403]);
    }
    // A minute for the command, and a day for the upload.
    nowMs += (60 + 24 * 60 * 60) * 1000 + 1_000;
    const late = await put(url, 'x');
    expect([late.status, late.text()]).toEqual([403, expect.stringContaining('expired')]);
    expect(kept()).toEqual([]);
    expect(recorded()).toEqual([]);
  });

  it('are not kept where core refuses them', async () => {
    const url = await location();
    fixture.decide = () => ({ refuse: 'NOT_FOUND', message: 'There is no charger CP-1.' });
    const response = await put(url, 'x');
    expect([response.status, response.text()]).toEqual([403, 'There is no charger CP-1.\n']);
    expect(kept()).toEqual([]);
  });

  it('are recorded when their api died before it could tell core', async () => {
    const url = await location();
    fixture.decide = () => ({ refuse: 'NOT_FOUND', message: 'no' });
    await put(url, 'x');
    fixture.decide = asCore;
    const { fileId } = (recorded()[0] as Extract<Intent, { type: 'RecordUpload' }>).data;
    const { writeFileSync } = await import('node:fs');
    writeFileSync(path.join(folder, 'uploads', fileId), 'the log');
    expect((await put(`${url}/d.log`, 'the log')).status).toBe(409);
    expect(await uploads()).toEqual([{ fileId, name: 'd.log', url: `/uploads/files/${fileId}`, bytes: 7 }]);
  });

  it('stay when they come again before the read model knows of them, and the bus is away', async () => {
    const url = await location();
    fixture.decide = () => 'say nothing';
    expect((await put(url, 'the log')).status).toBe(201);
    const publish = jest.spyOn(fixture.bus, 'publish').mockRejectedValue(new Error('The bus is away.'));
    expect((await put(url, 'another one')).status).toBe(503);
    publish.mockRestore();
    expect(kept().map((name) => readFileSync(path.join(folder, 'uploads', name), 'utf8'))).toEqual(['the log']);
  });

  it('say 404 for files that are unknown or gone, whatever the id', async () => {
    expect((await put(await location(), 'x')).status).toBe(201);
    const { fileId, url } = (await uploads())[0]!;
    for (const id of ['x', '..%2Fupload-secret', fileId.toUpperCase(), `${fileId}%00`]) {
      expect([id, (await fetched(`/uploads/files/${id}`)).status]).toEqual([id, 404]);
    }
    expect((await fetched(url, { origin: 'https://evil.example' })).status).toBe(403);
    rmSync(path.join(folder, 'uploads', fileId));
    expect((await fetched(url)).status).toBe(404);
    expect(readFileSync(path.join(folder, 'upload-secret'), 'utf8')).toMatch(/^[0-9a-f]{64}$/);
  });

  it('are for operators of their tenant alone', async () => {
    await fixture.close();
    fixture = await start({ AUTH: 'jwt', JWT_SECRET });
    const of = async (tenant: string) => {
      const jwt = new SignJWT({ tenant }).setSubject('alice').setProtectedHeader({ alg: 'HS256' });
      return { authorization: `Bearer ${await jwt.sign(new TextEncoder().encode(JWT_SECRET))}` };
    };
    expect((await put(await location(fixture, await of('default')), 'x')).status).toBe(201);
    const { fileId } = (recorded()[0] as Extract<Intent, { type: 'RecordUpload' }>).data;
    const url = `/uploads/files/${fileId}`;
    expect((await fetched(url)).status).toBe(401);
    expect((await fetched(url, await of('other'))).status).toBe(404);
    expect((await fetched(url, await of('default'))).status).toBe(200);
  });

  it('go where UPLOAD_URL says, and are off where nobody can tell', async () => {
    await fixture.close();
    fixture = await start({ UPLOAD_URL: 'https://csms.example.org/in/', UPLOAD_SECRET: 's'.repeat(32) });
    expect(await location()).toMatch(/^https:\/\/csms\.example\.org\/in\/upl_[\w-]+\.[\w-]{43}$/);
    expect(existsSync(path.join(folder, 'upload-secret'))).toBe(false);

    await fixture.close();
    const key = '2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b'; // `secret`
    fixture = await start({ API_HOST: '0.0.0.0', AUTH: 'apikey', API_KEYS: `alice:${key}` });
    const { errors } = await fixture.query(GET_LOGS, { input: { chargerId: 'CP-1' } }, { 'x-api-key': 'secret' });
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining('set UPLOAD_URL'),
      extensions: { code: 'BAD_INPUT', field: 'location' },
    });
  });
});
