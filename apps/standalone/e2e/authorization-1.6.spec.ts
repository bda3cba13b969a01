import { connectIndependentCharger, type IndependentCharger } from './support/rpc-client';
import { startSystem, type TestSystem } from './support/system';

interface StartAnswer {
  transactionId: number;
  idTagInfo: { status: string; parentIdTag?: string; expiryDate?: string };
}

interface Shown {
  transactionId: string;
  state: string;
  idToken: string;
  authorizationStatus: string;
  stopReason: string | null;
  stopIdToken: string | null;
  energyWh: number | null;
  anomalies: { anomaly: string }[];
}

const SESSIONS = /* GraphQL */ `
  query ($chargerId: ID!) {
    sessions(filter: { chargerId: $chargerId }, first: 100) {
      nodes {
        transactionId
        state
        idToken
        authorizationStatus
        stopReason
        stopIdToken
        energyWh
        anomalies {
          anomaly
        }
      }
    }
  }
`;

const FAR = '2099-01-01T00:00:00.000Z';
const PAST = '2020-01-01T00:00:00.000Z';

describe('authorization of a 1.6 charger', () => {
  let system: TestSystem;
  let charger: IndependentCharger;
  let minute = 0;
  const beganMs = Date.now() - 3_600_000;
  const nextTime = () => new Date(beganMs + minute++ * 10_000).toISOString();

  async function putToken(idToken: string, more: Record<string, unknown> = {}): Promise<void> {
    await system.graphql.query(`mutation ($input: PutTokenInput!) { putToken(input: $input) { idToken } }`, {
      input: { idToken, ...more },
    });
  }
  const authorize = async (idTag: string) =>
    ((await charger.call('Authorize', { idTag })) as Pick<StartAnswer, 'idTagInfo'>).idTagInfo;
  const start = (connectorId: number, idTag: string, more: object = {}) =>
    charger.call('StartTransaction', {
      ...{ connectorId, idTag, meterStart: 1_000, timestamp: nextTime(), ...more },
    }) as Promise<StartAnswer>;
  const stop = (transactionId: number, more: object = {}) =>
    charger.call('StopTransaction', { transactionId, meterStop: 1_000, timestamp: nextTime(), ...more });
  const shown = async ({ transactionId }: StartAnswer, enough: (session: Shown) => boolean = () => true) => {
    const find = (data: { sessions: { nodes: Shown[] } }) =>
      data.sessions.nodes.find((session) => session.transactionId === String(transactionId));
    const data = await system.graphql.until<{ sessions: { nodes: Shown[] } }>(
      SESSIONS,
      { chargerId: 'AUTH-16' },
      (answer) => {
        const session = find(answer);
        return session !== undefined && enough(session);
      },
    );
    return find(data);
  };

  beforeAll(async () => {
    system = await startSystem();
    charger = await connectIndependentCharger(system.standalone.ocppUrl, 'AUTH-16', 'ocpp1.6');
    await charger.call('BootNotification', { chargePointVendor: 'Independent', chargePointModel: 'RPC' });
  });
  afterAll(async () => {
    await charger?.close();
    await system?.stop();
  });

  it.each([
    ['GOOD', {}, { status: 'Accepted' }],
    ['IN-TIME', { expiresAt: FAR }, { status: 'Accepted', expiryDate: FAR }],
    ['FAMILY-1', { groupId: 'FAMILY' }, { status: 'Accepted', parentIdTag: 'FAMILY' }],
    ['BLOCKED', { status: 'BLOCKED', groupId: 'FAMILY' }, { status: 'Blocked', parentIdTag: 'FAMILY' }],
    ['INVALID', { status: 'INVALID' }, { status: 'Invalid' }],
    ['EXPIRED', { status: 'EXPIRED' }, { status: 'Expired' }],
    ['TOO-LATE', { expiresAt: PAST }, { status: 'Expired', expiryDate: PAST }],
    ['NOBODY', null, { status: 'Invalid' }],
  ] as const)('%s with %j is %j on the wire and in queries', async (idTag, token, info) => {
    if (token !== null) await putToken(idTag, token);
    expect(await authorize(idTag)).toEqual(info);
    expect(await authorize(idTag.toLowerCase())).toEqual(info);
    const started = await start(1, idTag);
    expect(started).toEqual({ idTagInfo: info, transactionId: expect.any(Number) });
    const isAccepted = info.status === 'Accepted';
    expect(await shown(started)).toMatchObject({
      ...{ state: 'ACTIVE', idToken: idTag, authorizationStatus: info.status },
      anomalies: isAccepted ? [] : [{ anomaly: 'TokenNotAccepted' }],
    });
    expect(await stop(started.transactionId, { idTag })).toEqual({ idTagInfo: info });
    expect(await shown(started, ({ state }) => state === 'ENDED')).toMatchObject({ stopIdToken: idTag });
  });

  it('tells the parent of both tokens of a group, so that one may end what the other began', async () => {
    await putToken('CREW-1', { groupId: 'CREW' });
    await putToken('CREW-2', { groupId: 'CREW' });
    const started = await start(1, 'CREW-1');
    expect(await authorize('CREW-2')).toEqual({ status: 'Accepted', parentIdTag: 'CREW' });
    await stop(started.transactionId, { idTag: 'CREW-2' });
    const session = await shown(started, ({ state }) => state === 'ENDED');
    expect(session).toMatchObject({ idToken: 'CREW-1', stopIdToken: 'CREW-2', stopReason: 'Local', anomalies: [] });
  });

  it('shows a transaction that the charger stops because its token is not valid', async () => {
    // §4.8: with StopTransactionOnInvalidId the charger stops it with DeAuthorized; no token is presented.
    const started = await start(1, 'STRANGER');
    expect(started.idTagInfo.status).toBe('Invalid');
    expect(await stop(started.transactionId, { meterStop: 1_040, reason: 'DeAuthorized' })).toEqual({});
    expect(await shown(started, ({ state }) => state === 'ENDED')).toEqual({
      transactionId: String(started.transactionId),
      state: 'ENDED',
      idToken: 'STRANGER',
      authorizationStatus: 'Invalid',
      stopReason: 'DeAuthorized',
      stopIdToken: null,
      energyWh: 40,
      anomalies: [{ anomaly: 'TokenNotAccepted' }],
    });
  });

  it('goes on with one that the charger lets run, without energy, until the driver unplugs', async () => {
    // §4.8: without StopTransactionOnInvalidId the charger only stops the supply of energy.
    const started = await start(1, 'STRANGER');
    await charger.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'SuspendedEVSE' });
    await charger.call('MeterValues', {
      ...{ connectorId: 1, transactionId: started.transactionId },
      meterValue: [{ timestamp: nextTime(), sampledValue: [{ value: '1000' }] }],
    });
    expect(await shown(started, ({ energyWh }) => energyWh === 0)).toMatchObject({
      ...{ state: 'ACTIVE', authorizationStatus: 'Invalid', anomalies: [{ anomaly: 'TokenNotAccepted' }] },
    });
    await stop(started.transactionId, { reason: 'EVDisconnected' });
    expect(await shown(started, ({ state }) => state === 'ENDED')).toMatchObject({ stopReason: 'EVDisconnected' });
  });

  it('answers ConcurrentTx to a token that may charge once and does, also after a restart', async () => {
    const policy = await system.graphql.query<{ putToken: { concurrency: string } }>(
      `mutation { putToken(input: { idToken: "ONE-AT-A-TIME", concurrency: DENY }) { concurrency } }`,
    );
    expect(policy.putToken.concurrency).toBe('DENY');
    const first = await start(1, 'ONE-AT-A-TIME');
    expect(first.idTagInfo.status).toBe('Accepted');
    const second = await start(2, 'ONE-AT-A-TIME');
    expect(second).toEqual({ idTagInfo: { status: 'ConcurrentTx' }, transactionId: expect.any(Number) });
    expect(await authorize('ONE-AT-A-TIME')).toEqual({ status: 'Accepted' });
    expect(await shown(second)).toMatchObject({
      ...{ authorizationStatus: 'ConcurrentTx', anomalies: [{ anomaly: 'TokenNotAccepted' }] },
    });
    await shown(first);

    await charger.close();
    await system.restart();
    charger = await connectIndependentCharger(system.standalone.ocppUrl, 'AUTH-16', 'ocpp1.6');
    expect((await start(3, 'one-at-a-time')).idTagInfo.status).toBe('ConcurrentTx');
    await stop(first.transactionId);
    expect((await start(4, 'ONE-AT-A-TIME')).idTagInfo.status).toBe('Accepted');
    const { token } = await system.graphql.query<{ token: object }>(
      `{ token(idToken: "ONE-AT-A-TIME") { concurrency status } }`,
    );
    expect(token).toEqual({ concurrency: 'DENY', status: 'ACCEPTED' });
  });
});
