import { connectIndependentCharger, type IndependentCharger } from './support/rpc-client';
import { startSystem, type TestSystem } from './support/system';

interface ShownReservation {
  id: number;
  state: string;
  note: string | null;
  refusal: string | null;
  evseId: number | null;
  groupId: string | null;
  session: { id: string; transactionId: string; reservation: { id: number } | null } | null;
}

const RESERVATION = /* GraphQL */ `
  query ($id: Int!) {
    reservation(id: $id) {
      id
      state
      note
      refusal
      evseId
      groupId
      session {
        id
        transactionId
        reservation {
          id
        }
      }
    }
  }
`;

describe('reservations at a 1.6 charger', () => {
  let system: TestSystem;
  let charger: IndependentCharger;
  /** What the charger was sent, and what it answers to it. */
  const received: { action: string; params: Record<string, unknown> }[] = [];
  const answers = new Map<string, string>();

  const connect = async () => {
    charger = await connectIndependentCharger(system.standalone.ocppUrl, 'RSV-16', 'ocpp1.6');
    for (const action of ['ReserveNow', 'CancelReservation']) {
      charger.handle(action, ({ params }) => {
        received.push({ action, params: params ?? {} });
        return { status: answers.get(action) ?? 'Accepted' } as never;
      });
    }
  };

  beforeAll(async () => {
    system = await startSystem();
    await connect();
    await charger.call('BootNotification', { chargePointVendor: 'Independent', chargePointModel: 'RPC' });
  });
  afterEach(() => answers.clear());
  afterAll(async () => {
    await charger?.close();
    await system?.stop();
  });

  const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

  async function call(action: string, payload: object): Promise<{ state: string }> {
    const { callCharger } = await system.graphql.query<{ callCharger: { state: string } }>(
      `mutation ($input: CallChargerInput!) { callCharger(input: $input, waitSeconds: 5) { id state response } }`,
      { input: { chargerId: 'RSV-16', action, payload } },
    );
    return callCharger;
  }
  const reserveNow = (reservationId: number, more: object = {}) =>
    call('ReserveNow', { connectorId: 1, expiryDate: inSeconds(3600), idTag: 'TAG', reservationId, ...more });
  const cancel = (reservationId: number) => call('CancelReservation', { reservationId });
  const stateIs = async (id: number, state: string): Promise<ShownReservation> => {
    const enough = (data: { reservation: ShownReservation | null }) => data.reservation?.state === state;
    const { reservation } = await system.graphql.until(RESERVATION, { id }, enough);
    return reservation as ShownReservation;
  };

  it('are held, and used by the start that names them', async () => {
    const reserved = await reserveNow(11, { connectorId: 0, parentIdTag: 'FLEET' });
    expect(reserved.state).toBe('ACCEPTED');
    expect(received.at(-1)).toMatchObject({
      action: 'ReserveNow',
      params: { connectorId: 0, idTag: 'TAG', parentIdTag: 'FLEET', reservationId: 11 },
    });
    expect(await stateIs(11, 'ACTIVE')).toMatchObject({ evseId: 0, groupId: 'FLEET', session: null });
    // Somebody else of the group, at the connector that the charger kept.
    const started = (await charger.call('StartTransaction', {
      ...{ connectorId: 2, idTag: 'COLLEAGUE', meterStart: 0, reservationId: 11, timestamp: new Date().toISOString() },
    })) as { transactionId: number };
    const { session } = await stateIs(11, 'USED');
    expect(session).toMatchObject({ transactionId: String(started.transactionId), reservation: { id: 11 } });
  });

  it('are refused in the charger’s words', async () => {
    answers.set('ReserveNow', 'Occupied');
    expect((await reserveNow(12)).state).toBe('REJECTED');
    expect(await stateIs(12, 'REFUSED')).toMatchObject({ refusal: 'Occupied' });
  });

  it('are cancelled when the charger agrees, and only then', async () => {
    await reserveNow(13);
    answers.set('CancelReservation', 'Rejected');
    expect((await cancel(13)).state).toBe('REJECTED');
    expect((await stateIs(13, 'ACTIVE')).state).toBe('ACTIVE');
    answers.clear();
    expect((await cancel(13)).state).toBe('ACCEPTED');
    await stateIs(13, 'CANCELLED');
  });

  it('are replaced by one of the same id', async () => {
    await reserveNow(14);
    await reserveNow(14, { connectorId: 2 });
    expect(await stateIs(14, 'ACTIVE')).toMatchObject({ evseId: 2 });
  });

  it('expire when their time has come, though everything was stopped meanwhile', async () => {
    await reserveNow(15, { expiryDate: inSeconds(2) });
    await stateIs(15, 'ACTIVE');
    await charger.close();
    await system.restart();
    await stateIs(15, 'EXPIRED');
    await connect();
    const query = `{ reservations(filter: { chargerId: "RSV-16" }) { nodes { id state } } }`;
    expect(await system.graphql.query(query)).toEqual({
      reservations: {
        nodes: [
          { id: 15, state: 'EXPIRED' },
          { id: 14, state: 'ACTIVE' },
          { id: 13, state: 'CANCELLED' },
          { id: 12, state: 'REFUSED' },
          { id: 11, state: 'USED' },
        ],
      },
    });
  });

  it('end when the connector that they are for breaks', async () => {
    await charger.call('StatusNotification', { connectorId: 2, errorCode: 'GroundFailure', status: 'Faulted' });
    await stateIs(14, 'CANCELLED');
  });
});
