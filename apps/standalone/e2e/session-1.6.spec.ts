import { connectIndependentCharger, type IndependentCharger } from './support/rpc-client';
import { startSystem, type TestSystem } from './support/system';

const SESSION = /* GraphQL */ `
  query ($chargerId: ID!) {
    sessions(filter: { chargerId: $chargerId }) {
      edges {
        node {
          id
          transactionId
          evseId
          connectorId
          idToken
          state
          startedAt
          endedAt
          meterStartWh
          meterStopWh
          energyWh
          stopReason
          anomalies {
            anomaly
          }
          samples(first: 100) {
            edges {
              node {
                measurand
                value
                unit
                timestamp
              }
            }
          }
        }
      }
    }
  }
`;

interface SessionsAnswer {
  sessions: {
    edges: {
      node: {
        id: string;
        transactionId: string;
        state: string;
        energyWh: number | null;
        anomalies: unknown[];
        samples: { edges: { node: { measurand: string; value: number; unit: string } }[] };
      } & Record<string, unknown>;
    }[];
  };
}

describe('a 1.6 session driven by a client that is not ours', () => {
  let system: TestSystem;
  let charger: IndependentCharger;
  const hourAgoMs = Date.now() - 3_600_000;
  const at = (minutes: number) => new Date(hourAgoMs + minutes * 60_000).toISOString();

  beforeAll(async () => {
    system = await startSystem();
    await system.graphql.query(
      `mutation { putToken(input: { idToken: "TAG-16", type: "ISO14443", status: ACCEPTED }) { idToken status } }`,
    );
    charger = await connectIndependentCharger(system.standalone.ocppUrl, 'RPC-16', 'ocpp1.6');
  });
  afterAll(async () => {
    await charger?.close();
    await system?.stop();
  });

  it('boots, charges and stops; session, energy, samples and status are read back', async () => {
    const changes = system.graphql.subscribe<{ sessionChanged: { state: string; energyWh: number | null } }>(
      `subscription { sessionChanged(chargerId: "RPC-16") { id state energyWh } }`,
    );
    const boot = await charger.call('BootNotification', {
      chargePointVendor: 'Independent',
      chargePointModel: 'RPC',
      firmwareVersion: '1.2.3',
    });
    expect(boot).toMatchObject({ status: 'Accepted', interval: 300 });

    await charger.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Preparing' });
    expect(await charger.call('Authorize', { idTag: 'TAG-16' })).toMatchObject({ idTagInfo: { status: 'Accepted' } });
    expect(await charger.call('Authorize', { idTag: 'NOBODY' })).toMatchObject({ idTagInfo: { status: 'Invalid' } });

    const started = (await charger.call('StartTransaction', {
      connectorId: 1,
      idTag: 'TAG-16',
      meterStart: 1000,
      timestamp: at(0),
    })) as { transactionId: number; idTagInfo: { status: string } };
    expect(started.idTagInfo.status).toBe('Accepted');
    expect(started.transactionId).toBeGreaterThan(0);
    await charger.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Charging' });

    for (const [minutes, kWh, watts, soc] of [
      [10, '2.5', '9000', '40'],
      [20, '4.0', '8000', '60'],
    ] as const) {
      await charger.call('MeterValues', {
        connectorId: 1,
        transactionId: started.transactionId,
        meterValue: [
          {
            timestamp: at(minutes),
            sampledValue: [
              { value: kWh, unit: 'kWh', measurand: 'Energy.Active.Import.Register' },
              { value: watts, unit: 'W', measurand: 'Power.Active.Import' },
              { value: soc, unit: 'Percent', measurand: 'SoC' },
            ],
          },
        ],
      });
    }
    await changes.first(({ sessionChanged }) => sessionChanged.state === 'ACTIVE' && sessionChanged.energyWh === 3000);

    await charger.call('StopTransaction', {
      transactionId: started.transactionId,
      meterStop: 6500,
      timestamp: at(30),
      idTag: 'TAG-16',
      reason: 'EVDisconnected',
    });
    await charger.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Finishing' });
    await changes.first(({ sessionChanged }) => sessionChanged.state === 'ENDED');
    changes.close();

    const { sessions } = await system.graphql.query<SessionsAnswer>(SESSION, { chargerId: 'RPC-16' });
    expect(sessions.edges).toHaveLength(1);
    const session = sessions.edges[0]?.node;
    expect(session).toMatchObject({
      transactionId: String(started.transactionId),
      evseId: 1,
      connectorId: 1,
      idToken: 'TAG-16',
      state: 'ENDED',
      meterStartWh: 1000,
      meterStopWh: 6500,
      energyWh: 5500,
      stopReason: 'EVDisconnected',
      anomalies: [],
    });
    const samples = session?.samples.edges.map(({ node }) => node) ?? [];
    expect(
      samples.filter(({ measurand }) => measurand === 'Energy.Active.Import.Register').map((s) => s.value),
    ).toEqual(expect.arrayContaining([2500, 4000]));
    expect(
      samples
        .filter(({ measurand }) => measurand === 'SoC')
        .map((s) => s.value)
        .sort(),
    ).toEqual([40, 60]);
    expect(
      samples
        .filter(({ measurand }) => measurand === 'Power.Active.Import')
        .map((s) => s.value)
        .sort(),
    ).toEqual([8000, 9000]);
  });

  it('shows the charger and its connector', async () => {
    const { charger: shown } = await system.graphql.until<{
      charger: Record<string, unknown> & { connectors: { status: string }[] };
    }>(
      `{ charger(id: "RPC-16") { id connectivity ocppVersion vendor model firmwareVersion registration activeSessions { id }
         connectors { evseId connectorId status errorCode } } }`,
      {},
      (data) => data.charger.connectors.some(({ status }) => status === 'Finishing'),
    );
    expect(shown).toEqual({
      id: 'RPC-16',
      connectivity: 'ONLINE',
      ocppVersion: '1.6',
      vendor: 'Independent',
      model: 'RPC',
      firmwareVersion: '1.2.3',
      registration: 'ACCEPTED',
      activeSessions: [],
      connectors: [{ evseId: 1, connectorId: 1, status: 'Finishing', errorCode: 'NoError' }],
    });
  });

  it('sends commands to it and tells the caller how they ended', async () => {
    const received: Record<string, unknown>[] = [];
    for (const action of [
      'RemoteStartTransaction',
      'UnlockConnector',
      'ChangeAvailability',
      'TriggerMessage',
      'ChangeConfiguration',
      'GetConfiguration',
      'Reset',
    ]) {
      charger.handle(action, ({ params }) => {
        received.push({ action, ...params });
        if (action === 'UnlockConnector') return { status: 'Unlocked' } as never;
        if (action === 'ChangeAvailability') return { status: 'Rejected' } as never;
        if (action === 'GetConfiguration')
          return {
            configurationKey: [{ key: 'HeartbeatInterval', readonly: false, value: '300' }],
            unknownKey: [],
          } as never;
        return { status: 'Accepted' } as never;
      });
    }
    const command = async (mutation: string) =>
      (
        await system.graphql.query<Record<string, { state: string; ocppAction: string; response: unknown }>>(
          `mutation { result: ${mutation} { id state ocppAction response error { code } } }`,
        )
      )['result'];

    expect(
      await command(`startCharging(input: { chargerId: "RPC-16", evseId: 1, idToken: "TAG-16" }, waitSeconds: 5)`),
    ).toMatchObject({ state: 'ACCEPTED', ocppAction: 'RemoteStartTransaction' });
    expect(
      await command(`unlockConnector(input: { chargerId: "RPC-16", evseId: 1, connectorId: 1 }, waitSeconds: 5)`),
    ).toMatchObject({ state: 'ACCEPTED', response: { status: 'Unlocked' } });
    expect(
      await command(
        `setAvailability(input: { chargerId: "RPC-16", availability: INOPERATIVE, evseId: 1 }, waitSeconds: 5)`,
      ),
    ).toMatchObject({ state: 'REJECTED', response: { status: 'Rejected' } });
    expect(
      await command(`triggerMessage(input: { chargerId: "RPC-16", requestedMessage: "Heartbeat" }, waitSeconds: 5)`),
    ).toMatchObject({ state: 'ACCEPTED' });
    expect(
      await command(
        `setConfiguration(input: { chargerId: "RPC-16", entries: [{ key: "HeartbeatInterval", value: "60" }] }, waitSeconds: 5)`,
      ),
    ).toMatchObject({ state: 'ACCEPTED' });
    expect(await command(`getConfiguration(input: { chargerId: "RPC-16" }, waitSeconds: 5)`)).toMatchObject({
      state: 'ACCEPTED',
    });
    expect(await command(`resetCharger(input: { chargerId: "RPC-16", type: ON_IDLE }, waitSeconds: 5)`)).toMatchObject({
      state: 'ACCEPTED',
    });
    expect(
      await command(
        `callCharger(input: { chargerId: "RPC-16", action: "GetDiagnostics", payload: { location: "ftp://example.org" } }, waitSeconds: 5)`,
      ),
    ).toMatchObject({ state: 'FAILED' });

    expect(received).toContainEqual({ action: 'RemoteStartTransaction', connectorId: 1, idTag: 'TAG-16' });
    expect(received).toContainEqual({ action: 'Reset', type: 'Soft' });
    const { charger: shown } = await system.graphql.until<{
      charger: { configuration: { key: string; value: string }[] };
    }>(
      `{ charger(id: "RPC-16") { configuration { key value readonly } } }`,
      {},
      (data) => data.charger.configuration.length > 0,
    );
    expect(shown.configuration).toContainEqual({ key: 'HeartbeatInterval', value: '300', readonly: false });
  });

  it('keeps the state across a restart', async () => {
    await charger.close();
    await system.restart();
    const { sessions } = await system.graphql.query<SessionsAnswer>(SESSION, { chargerId: 'RPC-16' });
    expect(sessions.edges.map(({ node }) => [node.state, node.energyWh])).toEqual([['ENDED', 5500]]);
    const { charger: shown } = await system.graphql.until<{ charger: { connectivity: string } }>(
      `{ charger(id: "RPC-16") { connectivity } }`,
      {},
      (data) => data.charger.connectivity === 'OFFLINE',
    );
    expect(shown.connectivity).toBe('OFFLINE');
  });
});
