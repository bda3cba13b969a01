import { createHash } from 'node:crypto';
import { SimulatedCharger, seededRandom } from '@chargestream/charger-sim';
import { ON_CLUSTER } from './support/cluster-system';
import { connectIndependentCharger } from './support/rpc-client';
import { startSystem, type TestSystem } from './support/system';

jest.setTimeout(30_000);

interface Shown {
  charger: {
    operations: { nodes: { id: string; kind: string; state: string; status: string | null; detail: unknown }[] };
    uploads: { nodes: Upload[] };
  };
}
interface Upload {
  fileId: string;
  name: string;
  bytes: number;
  sha256: string;
  commandId: string;
  at: string;
  url: string;
}
interface Command {
  id: string;
  state: string;
  request: unknown;
  payload: unknown;
}

const SHOWN = /* GraphQL */ `
  query ($id: ID!) {
    charger(id: $id) {
      operations {
        nodes {
          id
          kind
          state
          status
          detail
        }
      }
      uploads {
        nodes {
          fileId
          name
          bytes
          sha256
          commandId
          at
          url
        }
      }
    }
  }
`;
const GET_LOGS = /* GraphQL */ `
  mutation ($input: GetLogsInput!) {
    getLogs(input: $input, waitSeconds: 5) {
      id
      state
      request
      payload
    }
  }
`;

// A cluster needs UPLOAD_URL and a folder that all api share: the guide says so.
(ON_CLUSTER ? describe.skip : describe)('logs that a 1.6 charger uploads here', () => {
  let system: TestSystem;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterAll(() => system?.stop());

  const untilOnline = (id: string) =>
    system.graphql.until<{ charger: { connectivity: string } | null }>(
      `query ($id: ID!) { charger(id: $id) { connectivity } }`,
      { id },
      (data) => data.charger?.connectivity === 'ONLINE',
    );
  const getLogs = async (input: { chargerId: string; logType?: string }) =>
    (await system.graphql.query<{ getLogs: Command }>(GET_LOGS, { input })).getLogs;
  const get = (url: string) => fetch(new URL(url, system.standalone.graphqlUrl));

  describe.each(['DIAGNOSTICS', 'SECURITY'])('%s', (logType) => {
    const id = `UP-${logType}`;
    let charger: SimulatedCharger;

    beforeAll(async () => {
      charger = new SimulatedCharger({
        ...{ url: system.standalone.ocppUrl, chargerId: id, version: '1.6', random: seededRandom(1), speed: 60 },
      });
      charger.start();
      await charger.online();
      await untilOnline(id);
    });
    afterAll(() => charger?.stop({ graceMs: 1_000 }));

    it('come without a location being given, and can be fetched byte by byte', async () => {
      const command = await getLogs({ chargerId: id, logType });
      expect(command.state).toBe('ACCEPTED');
      const { charger: shown } = await system.graphql.until<Shown>(
        SHOWN,
        { id },
        ({ charger: { operations, uploads } }) => {
          return operations.nodes[0]?.state === 'SUCCEEDED' && uploads.nodes.length === 1;
        },
      );
      expect(shown.operations.nodes).toMatchObject([{ id: command.id, kind: 'LOG_UPLOAD', status: 'Uploaded' }]);
      const [upload] = shown.uploads.nodes as [Upload];
      expect(upload.commandId).toBe(command.id);
      expect(upload.name).toMatch(/\.log$/);

      const response = await get(upload.url);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-disposition')).toContain(`attachment; filename="${upload.name}"`);
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      const content = Buffer.from(await response.arrayBuffer());
      expect(content.toString()).toContain(`of ${id} at`);
      expect(upload).toMatchObject({
        bytes: content.length,
        sha256: createHash('sha256').update(content).digest('hex'),
      });

      const told = await system.graphql.query<{ ocppMessages: unknown; history: unknown; command: Command }>(
        `query ($id: ID!, $command: ID!) {
          command(id: $command) { request payload }
          ocppMessages(chargerId: $id) { nodes { raw } }
          history(commandId: $command) { nodes { data } }
        }`,
        { id, command: command.id },
      );
      expect(JSON.stringify(told)).toContain('/uploads/[redacted]');
      expect(JSON.stringify(told)).not.toContain('upl_');
    });
  });

  it('need the address that the charger was sent, once, even after a restart', async () => {
    const id = 'UP-BARE';
    const connected = () => connectIndependentCharger(system.standalone.ocppUrl, id, 'ocpp1.6');
    let location = '';
    let charger = await connected();
    charger.handle('GetDiagnostics', ({ params }) => {
      location = String((params as { location: string }).location);
      return { fileName: 'd.zip' } as never;
    });
    await charger.call('BootNotification', { chargePointVendor: 'Independent', chargePointModel: 'RPC' });
    await untilOnline(id);
    await getLogs({ chargerId: id });
    expect(location).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/uploads\/upl_/);
    await charger.close();
    await system.restart();
    charger = await connected();

    const put = (name: string, body: string) => {
      const address = new URL(location);
      address.port = new URL(system.standalone.graphqlUrl).port;
      return fetch(`${address.href}/${name}`, { method: 'PUT', body });
    };
    expect((await put('d.zip', 'diagnostics')).status).toBe(201);
    const { charger: shown } = await system.graphql.until<Shown>(
      SHOWN,
      { id },
      (data) => data.charger.uploads.nodes.length > 0,
    );
    expect(shown.uploads.nodes).toMatchObject([{ name: 'd.zip', bytes: 11 }]);

    await charger.close();
    await system.restart();
    const again = await put('d.zip', 'something else');
    expect(again.status).toBe(409);
    expect(await again.text()).toContain('takes one only');
    expect(await (await get(shown.uploads.nodes[0]!.url)).text()).toBe('diagnostics');
  });
});
