import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { startSystem, type TestSystem } from './support/system';

const root = path.resolve(__dirname, '../../..');
const run = promisify(execFile);

/** The code blocks of a language below a heading, as a reader would copy them. */
function blocks(file: string, language: string, heading: string): string[] {
  const page = readFileSync(path.join(root, file), 'utf8');
  const level = /^#+/.exec(heading)?.[0].length ?? 0;
  const from = page.indexOf(`\n${heading}\n`);
  if (from < 0) throw new Error(`${file} has no heading "${heading}"`);
  const rest = page.slice(from + heading.length + 1);
  const next = rest.search(new RegExp(`\\n#{1,${level}} `));
  const section = next < 0 ? rest : rest.slice(0, next);
  return [...section.matchAll(new RegExp(`^ *\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\``, 'gm'))].map(
    ([, code]) => code as string,
  );
}

describe('the examples of the documentation run as they stand', () => {
  let system: TestSystem;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(async () => {
    await system?.stop();
  });

  /** Runs a shell block against the test's ports instead of the default ones. */
  async function shell(block: string): Promise<string> {
    const script = block
      .replaceAll('http://127.0.0.1:4000/graphql', system.standalone.graphqlUrl)
      .replace('first-session.mjs', `first-session.mjs ${system.standalone.ocppUrl}`)
      .replace('npm run depot-sim --', `node apps/depot-sim/dist/main.js --url ${system.standalone.ocppUrl}`);
    const { stdout, stderr } = await run('bash', ['-euo', 'pipefail', '-c', script], { cwd: root, timeout: 60_000 });
    return stdout + stderr;
  }

  it("README: a charger's first session", async () => {
    const [token, session, read, depot, ...rest] = blocks('README.md', 'bash', "## A charger's first session");
    expect(rest).toEqual([]);
    expect(await shell(token as string)).toContain('{"idToken":"TAG-1","status":"ACCEPTED"}');

    const frames = await shell(session as string);
    expect(frames).toContain('→ [2,"1","BootNotification"');
    expect(frames.match(/← \[3,/g)).toHaveLength(8);

    await system.graphql.until<{ sessions: { edges: { node: { state: string } }[] } }>(
      `{ sessions(filter: { chargerId: "FIRST-1" }) { edges { node { state } } } }`,
      {},
      ({ sessions }) => sessions.edges[0]?.node.state === 'ENDED',
    );
    const answer = await shell(read as string);
    expect(answer).toContain('"state":"ENDED"');
    expect(answer).toContain('"energyWh":5000');

    expect(await shell(depot as string)).toMatch(/3 chargers/);
  }, 120_000);

  it('connecting a charger: registering it', async () => {
    const [register] = blocks('docs/guides/connecting-a-charger.md', 'graphql', '## A real charger');
    expect(await system.graphql.query(register as string)).toEqual({
      registerCharger: { id: 'BAY-7', registration: 'ACCEPTED' },
    });
    const [accept] = blocks('docs/guides/connecting-a-charger.md', 'graphql', '## Accepting it by hand');
    expect(await system.graphql.query(accept as string)).toEqual({ updateCharger: { registration: 'ACCEPTED' } });
  });

  it('logs and uploads: a log of a charger', async () => {
    const file = 'docs/guides/logs-and-uploads.md';
    await system.graphql.query('mutation { registerCharger(input: { chargerId: "BAY-8" }) { id } }');
    const [ask, look, elsewhere] = ['## Asking for a log', '## FTP, and servers of your own']
      .flatMap((heading) => blocks(file, 'graphql', heading))
      .map((block) => block.replaceAll('BAY-7', 'BAY-8').replace('waitSeconds: 5', 'waitSeconds: 0'));
    expect(await system.graphql.query(ask as string)).toMatchObject({ getLogs: { id: expect.any(String) } });
    expect(await system.graphql.query(look as string)).toEqual({
      charger: { operations: { nodes: [] }, uploads: { nodes: [] } },
    });
    expect(await system.graphql.query(elsewhere as string)).toMatchObject({ getLogs: { id: expect.any(String) } });
  });
});
