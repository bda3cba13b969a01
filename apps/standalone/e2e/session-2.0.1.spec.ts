import { connectIndependentCharger, type IndependentCharger } from './support/rpc-client';
import { startSystem, type TestSystem } from './support/system';

const TRANSACTION_ID = '5f1b0a3e-7a41-4a53-9a8e-0d6a5a6a2a01';

interface SessionNode {
  id: string;
  transactionId: string;
  state: string;
  chargingState: string | null;
  energyWh: number | null;
  anomalies: unknown[];
  incomplete: boolean;
  samples: { edges: { node: { measurand: string; value: number; unit: string } }[] };
}

describe('a 2.0.1 session driven by a client that is not ours', () => {
  let system: TestSystem;
  let charger: IndependentCharger;
  const hourAgoMs = Date.now() - 3_600_000;
  const at = (minutes: number) => new Date(hourAgoMs + minutes * 60_000).toISOString();

  beforeAll(async () => {
    system = await startSystem({ registration: 'manual' });
    await system.graphql.query(`mutation {
      registerCharger(input: { chargerId: "RPC-201", displayName: "Bay 7", password: "0123456789abcdefXY" }) { id }
      putToken(input: { idToken: "TAG-201", type: "ISO14443", status: ACCEPTED, groupId: "FLEET" }) { idToken }
    }`);
    charger = await connectIndependentCharger(system.standalone.ocppUrl, 'RPC-201', 'ocpp2.0.1', '0123456789abcdefXY');
  });
  afterAll(async () => {
    await charger?.close();
    await system?.stop();
  });

  const event = (
    eventType: 'Started' | 'Updated' | 'Ended',
    seqNo: number,
    minutes: number,
    registerWh: number,
    more: Record<string, unknown> = {},
    info: Record<string, unknown> = {},
  ) =>
    charger.call('TransactionEvent', {
      eventType,
      timestamp: at(minutes),
      triggerReason:
        eventType === 'Started' ? 'Authorized' : eventType === 'Ended' ? 'EVCommunicationLost' : 'MeterValuePeriodic',
      seqNo,
      transactionInfo: { transactionId: TRANSACTION_ID, ...info },
      evse: { id: 1, connectorId: 1 },
      meterValue: [
        {
          timestamp: at(minutes),
          sampledValue: [
            { value: registerWh / 1000, measurand: 'Energy.Active.Import.Register', unitOfMeasure: { unit: 'kWh' } },
            { value: 11000, measurand: 'Power.Active.Import', unitOfMeasure: { unit: 'W' } },
            { value: 40 + minutes, measurand: 'SoC', unitOfMeasure: { unit: 'Percent' } },
          ],
        },
      ],
      ...more,
    });

  it('refuses strangers, wrong passwords and the unregistered', async () => {
    for (const [id, password] of [
      ['RPC-201', 'wrong-password-here'],
      ['RPC-201', undefined],
      ['NOT-REGISTERED', '0123456789abcdefXY'],
    ] as const) {
      await expect(connectIndependentCharger(system.standalone.ocppUrl, id, 'ocpp2.0.1', password)).rejects.toThrow(
        id === 'NOT-REGISTERED' ? /Not Found/ : /Unauthorized/,
      );
    }
  });

  it('boots, charges and stops; session, energy, samples and status are read back', async () => {
    const changes = system.graphql.subscribe<{
      sessionChanged: { state: string; energyWh: number | null; chargingState: string | null };
    }>(`subscription { sessionChanged(chargerId: "RPC-201") { id state energyWh chargingState } }`);
    const boot = await charger.call('BootNotification', {
      reason: 'PowerUp',
      chargingStation: { vendorName: 'Independent', model: 'RPC-2', serialNumber: 'SN-1', firmwareVersion: '2.0' },
    });
    expect(boot).toMatchObject({ status: 'Accepted' });
    await charger.call('StatusNotification', {
      timestamp: at(0),
      connectorStatus: 'Occupied',
      evseId: 1,
      connectorId: 1,
    });
    expect(await charger.call('Authorize', { idToken: { idToken: 'TAG-201', type: 'ISO14443' } })).toMatchObject({
      idTokenInfo: { status: 'Accepted', groupIdToken: { idToken: 'FLEET' } },
    });

    const idToken = { idToken: 'TAG-201', type: 'ISO14443' };
    expect(await event('Started', 0, 0, 10_000, { idToken }, { chargingState: 'EVConnected' })).toMatchObject({
      idTokenInfo: { status: 'Accepted' },
    });
    await event('Updated', 1, 10, 12_500, {}, { chargingState: 'Charging' });
    // Retransmitted with a new messageId, as after a lost answer: must not count twice.
    await event('Updated', 1, 10, 12_500, {}, { chargingState: 'Charging' });
    await event('Updated', 2, 20, 14_000, {}, { chargingState: 'Charging' });
    await changes.first(({ sessionChanged }) => sessionChanged.energyWh === 4000);
    await event('Ended', 3, 30, 15_500, {}, { stoppedReason: 'EVDisconnected' });
    await changes.first(({ sessionChanged }) => sessionChanged.state === 'ENDED');
    changes.close();

    const { sessions } = await system.graphql.query<{ sessions: { edges: { node: SessionNode }[] } }>(
      `{ sessions(filter: { chargerId: "RPC-201" }) { edges { node {
          id transactionId evseId connectorId idToken state energyWh meterStartWh meterStopWh stopReason incomplete
          anomalies { anomaly } samples(first: 100) { edges { node { measurand value unit } } } } } } }`,
    );
    expect(sessions.edges).toHaveLength(1);
    const session = sessions.edges[0]?.node as SessionNode;
    expect(session).toMatchObject({
      transactionId: TRANSACTION_ID,
      evseId: 1,
      connectorId: 1,
      idToken: 'TAG-201',
      state: 'ENDED',
      meterStartWh: 10_000,
      meterStopWh: 15_500,
      energyWh: 5500,
      stopReason: 'EVDisconnected',
      incomplete: false,
      anomalies: [],
    });
    const samples = session.samples.edges.map(({ node }) => node);
    expect(samples).toHaveLength(12);
    expect(
      samples
        .filter(({ measurand }) => measurand === 'SoC')
        .map(({ value }) => value)
        .sort(),
    ).toEqual([40, 50, 60, 70]);
    expect(
      samples
        .filter(({ unit }) => unit === 'Wh')
        .map(({ value }) => value)
        .sort(),
    ).toEqual([10_000, 12_500, 14_000, 15_500]);
  });

  it('sends commands to it and keeps what it reports of itself', async () => {
    const received: Record<string, unknown>[] = [];
    charger.handle(({ method, params }: { method?: string; params?: Record<string, unknown> }) => {
      received.push({ method, ...params });
      if (method === 'UnlockConnector') return { status: 'Unlocked' } as never;
      if (method === 'RequestStartTransaction') return { status: 'Rejected' } as never;
      if (method === 'SetVariables')
        return {
          setVariableResult: [
            {
              attributeStatus: 'Accepted',
              component: { name: 'OCPPCommCtrlr' },
              variable: { name: 'HeartbeatInterval' },
            },
          ],
        } as never;
      return { status: 'Accepted' } as never;
    });
    const command = async (mutation: string) =>
      (
        await system.graphql.query<Record<string, { state: string; ocppAction: string }>>(
          `mutation { result: ${mutation} { id state ocppAction response error { code message } } }`,
        )
      )['result'];

    expect(
      await command(`startCharging(input: { chargerId: "RPC-201", evseId: 1, idToken: "TAG-201" }, waitSeconds: 5)`),
    ).toMatchObject({ state: 'REJECTED', ocppAction: 'RequestStartTransaction' });
    expect(
      await command(`unlockConnector(input: { chargerId: "RPC-201", evseId: 1, connectorId: 1 }, waitSeconds: 5)`),
    ).toMatchObject({ state: 'ACCEPTED' });
    expect(
      await command(
        `stopCharging(input: { chargerId: "RPC-201", transactionId: "${TRANSACTION_ID}" }, waitSeconds: 5)`,
      ),
    ).toMatchObject({ ocppAction: 'RequestStopTransaction' });
    expect(
      await command(
        `setAvailability(input: { chargerId: "RPC-201", availability: OPERATIVE, evseId: 1 }, waitSeconds: 5)`,
      ),
    ).toMatchObject({ state: 'ACCEPTED', ocppAction: 'ChangeAvailability' });
    expect(
      await command(`triggerMessage(input: { chargerId: "RPC-201", requestedMessage: "Heartbeat" }, waitSeconds: 5)`),
    ).toMatchObject({ state: 'ACCEPTED' });
    expect(
      await command(`resetCharger(input: { chargerId: "RPC-201", type: IMMEDIATE }, waitSeconds: 5)`),
    ).toMatchObject({ state: 'ACCEPTED' });
    expect(
      await command(
        `setConfiguration(input: { chargerId: "RPC-201", entries: [{ component: "OCPPCommCtrlr", variable: "HeartbeatInterval", value: "60" }] }, waitSeconds: 5)`,
      ),
    ).toMatchObject({ state: 'ACCEPTED', ocppAction: 'SetVariables' });
    expect(await command(`getConfiguration(input: { chargerId: "RPC-201" }, waitSeconds: 5)`)).toMatchObject({
      state: 'ACCEPTED',
      ocppAction: 'GetBaseReport',
    });
    expect(
      await command(`callCharger(input: { chargerId: "RPC-201", action: "ClearCache", payload: {} }, waitSeconds: 5)`),
    ).toMatchObject({ state: 'ACCEPTED', ocppAction: 'ClearCache' });
    expect(received.map(({ method }) => method)).toEqual([
      'RequestStartTransaction',
      'UnlockConnector',
      'RequestStopTransaction',
      'ChangeAvailability',
      'TriggerMessage',
      'Reset',
      'SetVariables',
      'GetBaseReport',
      'ClearCache',
    ]);

    const requestId = received.find(({ method }) => method === 'GetBaseReport')?.requestId;
    await charger.call('NotifyReport', {
      requestId,
      generatedAt: at(31),
      seqNo: 0,
      reportData: [
        {
          component: { name: 'OCPPCommCtrlr' },
          variable: { name: 'HeartbeatInterval' },
          variableAttribute: [{ value: '60', mutability: 'ReadWrite' }],
        },
      ],
    });
    const { charger: shown } = await system.graphql.until<{
      charger: {
        displayName: string;
        vendor: string;
        variables: { value: string }[];
        connectors: { status: string }[];
      };
    }>(
      `{ charger(id: "RPC-201") { displayName vendor connectors { status }
         variables(component: "OCPPCommCtrlr", variable: "HeartbeatInterval") { component variable value } } }`,
      {},
      (data) => data.charger.variables.length > 0,
    );
    expect(shown).toMatchObject({ displayName: 'Bay 7', vendor: 'Independent', connectors: [{ status: 'Occupied' }] });
    expect(shown.variables[0]?.value).toBe('60');
  });
});
