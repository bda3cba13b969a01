import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openEmbeddedAuthority, ROOT_FILE } from '@chargestream/certificates';
import { newSigningRequest } from '@chargestream/certificates/testing';
import { connectIndependentCharger, type IndependentCharger } from './support/rpc-client';
import { startSystem, type TestSystem } from './support/system';
import { ON_CLUSTER } from './support/cluster-system';

const ID = 'SEC-16';
const PASSWORD = 'the first password';
const CPO = 'Depot';
const KEY = 'a1b2c3d4e5f60718293a4b5c6d7e8f9001020304';

interface Shown {
  charger: { connectivity: string; securityProfile: number | null } | null;
}
const CHARGER = /* GraphQL */ `
  query ($id: ID!) {
    charger(id: $id) {
      connectivity
      securityProfile
    }
  }
`;

// One after the other: what a 1.6 charger goes through from its first password to a certificate of its own.
(ON_CLUSTER ? describe.skip : describe)('the security of a 1.6 charger', () => {
  let folder: string;
  let rootPem: string;
  let system: TestSystem & { standalone: { ocppTlsUrl: string | null } };
  let charger: IndependentCharger;
  const received: { action: string; params: Record<string, unknown> }[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'chargestream-tls-'));
    const file = (name: string) => path.join(folder, name);
    const authority = await openEmbeddedAuthority({ folder: file('ca'), validDays: 30, clock: Date.now });
    const { certificatePem, keyPem } = await authority.issueForServer(['localhost', '127.0.0.1']);
    writeFileSync(file('server.pem'), certificatePem);
    writeFileSync(file('server-key.pem'), keyPem);
    rootPem = authority.rootPem;
    system = (await startSystem({
      ...{ ocppTlsPort: 0, ocppTlsCertFile: file('server.pem'), ocppTlsKeyFile: file('server-key.pem') },
      ...{ ocppTlsClientCaFile: path.join(file('ca'), ROOT_FILE) },
      ...{ certificateSigner: 'embedded', certificateDir: file('ca'), certificateValidDays: 30, cpoName: CPO },
    })) as typeof system;
    await mutate('registerCharger', 'RegisterChargerInput', { chargerId: ID, password: PASSWORD });
  });
  afterAll(async () => {
    await charger?.close();
    await system?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const mutate = (name: string, type: string, input: object) =>
    system.graphql.query(`mutation ($input: ${type}!) { ${name}(input: $input) { id } }`, { input });

  const dial = async (how: { password?: string; tls?: { cert?: string; key?: string } }) => {
    const url = how.tls === undefined ? system.standalone.ocppUrl : (system.standalone.ocppTlsUrl as string);
    const tls = how.tls === undefined ? undefined : { ca: rootPem, ...how.tls };
    charger = await connectIndependentCharger(url, ID, 'ocpp1.6', how.password, tls);
    for (const action of ['ChangeConfiguration', 'CertificateSigned', 'ExtendedTriggerMessage']) {
      charger.handle(action, ({ params }) => {
        received.push({ action, params: params ?? {} });
        return { status: 'Accepted' } as never;
      });
    }
  };
  const come = async (how: Parameters<typeof dial>[0], securityProfile: number) => {
    await charger?.close();
    await dial(how);
    const isThere = ({ charger: shown }: Shown) =>
      shown?.connectivity === 'ONLINE' && shown.securityProfile === securityProfile;
    await system.graphql.until<Shown>(CHARGER, { id: ID }, isThere);
  };
  const refusal = async (how: Parameters<typeof dial>[0]): Promise<number> => {
    const error = await dial(how).then(
      () => null,
      (reason: { code?: number; message: string }) => reason,
    );
    return Number(error?.code ?? /\b(4\d\d)\b/.exec(error?.message ?? '')?.[1] ?? 0);
  };
  /** Refused from now on: what decides it is on its way to connect. */
  const untilRefused = async (how: Parameters<typeof dial>[0], status: number) => {
    for (let seen = 0; seen !== status;) {
      seen = await refusal(how);
      if (seen === 0) await charger.close();
    }
  };
  async function change(key: string, value: string): Promise<void> {
    const payload = { key, value };
    const { callCharger } = await system.graphql.query<{ callCharger: { state: string } }>(
      `mutation ($input: CallChargerInput!) { callCharger(input: $input, waitSeconds: 5) { state } }`,
      { input: { chargerId: ID, action: 'ChangeConfiguration', payload } },
    );
    expect(callCharger.state).toBe('ACCEPTED');
    expect(received.at(-1)).toEqual({ action: 'ChangeConfiguration', params: payload });
  }

  it('is a password that it is given by ChangeConfiguration, and the one before is none any more', async () => {
    await come({ password: PASSWORD }, 1);
    await change('AuthorizationKey', KEY);
    // Whitepaper A01.FR.03; at once, whether core has stored it or not.
    await come({ password: KEY }, 1);
    await charger.close();
    await untilRefused({ password: PASSWORD }, 401);
    await come({ password: KEY }, 1);
  });

  it('is TLS when it was told so and has come by it, for good', async () => {
    await change('SecurityProfile', '2');
    await come({ password: KEY, tls: {} }, 2);
    await charger.close();
    await untilRefused({ password: KEY }, 403);
    await come({ password: KEY, tls: {} }, 2);
  });

  it('is a certificate that it asked for; then nothing less will do', async () => {
    // A00.FR.404, A02.FR.13: the organization is the CPO, or nobody signs.
    const stranger = await newSigningRequest([{ CN: [ID] }, { O: ['Somebody else'] }]);
    expect(await charger.call('SignCertificate', { csr: stranger.csrPem })).toEqual({ status: 'Accepted' });
    await system.graphql.until<{ charger: { operations: { nodes: { state: string; status: string }[] } } }>(
      `query ($id: ID!) { charger(id: $id) { operations { nodes { state status } } } }`,
      { id: ID },
      (data) => {
        const [renewal] = data.charger.operations.nodes;
        return (
          renewal !== undefined && renewal.state === 'FAILED' && String(renewal.status).includes('must be "Depot"')
        );
      },
    );
    expect(received.filter(({ action }) => action === 'CertificateSigned')).toEqual([]);

    const { csrPem, keyPem } = await newSigningRequest([{ CN: [ID] }, { O: [CPO] }]);
    const signed = new Promise<string>((resolve) =>
      charger.handle('CertificateSigned', ({ params }) => {
        resolve(String((params as { certificateChain?: string } | undefined)?.certificateChain));
        return { status: 'Accepted' } as never;
      }),
    );
    expect(await charger.call('SignCertificate', { csr: csrPem })).toEqual({ status: 'Accepted' });
    const certificate = { cert: await signed, key: keyPem };
    await change('SecurityProfile', '3');
    await come({ tls: certificate }, 3);
    await charger.close();
    await untilRefused({ password: KEY, tls: {} }, 403);
    expect(await refusal({ password: KEY })).toBe(403);
    await come({ tls: certificate }, 3);
  });
});
