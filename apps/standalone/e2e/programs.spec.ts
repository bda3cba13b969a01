import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { GraphqlClient } from './support/graphql';
import { ServerProcess } from './support/server-process';

const run = promisify(execFile);
const root = path.resolve(__dirname, '../../..');
const program = (name: string) => path.join(root, 'apps/standalone/dist', name);

interface Moving {
  sessions: { edges: { node: { id: string; energyWh: number | null } }[] };
}
const SESSIONS = `{ sessions { edges { node { id energyWh } } } }`;

describe('npm start -- --demo', () => {
  let server: ServerProcess;
  let graphql: GraphqlClient;

  beforeAll(async () => {
    server = await ServerProcess.prepare();
    await server.start(['--demo']);
    graphql = new GraphqlClient(server.graphqlUrl);
  });
  afterAll(async () => {
    await graphql?.close();
    await server?.stop();
    server?.removeData();
  });

  it('shows sessions whose energy moves within ten seconds', async () => {
    const { sessions } = await graphql.until<Moving>(SESSIONS, {}, (data) =>
      data.sessions.edges.some(({ node }) => node.energyWh !== null && node.energyWh > 0),
    );
    const energy = new Map(sessions.edges.map(({ node }) => [node.id, node.energyWh ?? 0]));
    await graphql.until<Moving>(SESSIONS, {}, (data) =>
      data.sessions.edges.some(({ node }) => (node.energyWh ?? 0) > (energy.get(node.id) ?? Infinity)),
    );
  }, 30_000);

  it('rebuilds the same read model from the events', async () => {
    await server.stop();
    const { stdout } = await run(process.execPath, [program('rebuild-read-model.js')], {
      env: { ...process.env, NODE_OPTIONS: '', DATA_DIR: server.dataDir },
    });
    const [before, after] = [...stdout.matchAll(/^(?:before|after): +([0-9a-f]{64})$/gm)].map(([, hash]) => hash);
    expect(before).toBeDefined();
    expect(after).toBe(before);
  }, 60_000);

  it('refuses a second process on the same data and says what to do', async () => {
    await server.start();
    const second = run(process.execPath, [program('rebuild-read-model.js')], {
      env: { ...process.env, NODE_OPTIONS: '', DATA_DIR: server.dataDir },
    });
    await expect(second).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/in use by process \d+: stop that one[^\n]*\n$/),
    });
    // A sentence, not a stack.
    const secondServer = ServerProcess.withData(server.dataDir);
    await expect((await secondServer).start()).rejects.toThrow(/in use by process \d+: stop that one[^\n]*\n$/);
  }, 60_000);
});

describe('programs that cannot start', () => {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'chargestream-bad-'));
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));
  const start = (args: string[], env: Record<string, string>) =>
    run(process.execPath, [program('main.js'), ...args], {
      env: { ...process.env, NODE_OPTIONS: '', DATA_DIR: dataDir, ...env },
    });

  it.each([
    [['--deom'], {}, /npm start -- --help/],
    [[], { OCPP_PORT: 'nine' }, /OCPP_PORT must be a port/],
    [[], { API_HOST: '0.0.0.0' }, /AUTH=apikey/],
  ])('%j %j says what to write', async (args, env, sentence) => {
    await expect(start(args, env as Record<string, string>)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(sentence),
    });
  });

  it('--help of every program explains it', async () => {
    for (const file of [
      program('main.js'),
      program('rebuild-read-model.js'),
      path.join(root, 'apps/depot-sim/dist/main.js'),
      path.join(root, 'tools/bench/dist/main.js'),
    ]) {
      const { stdout } = await run(process.execPath, [file, '--help'], { env: { ...process.env, NODE_OPTIONS: '' } });
      expect(stdout).toMatch(/Usage: |Options\n/);
    }
  }, 30_000);
});
