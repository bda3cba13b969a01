import { connectCharger, type ScriptedCharger } from '@chargestream/charger-sim';
import { startSystem, type TestSystem } from './support/system';

describe('the four subscriptions, over graphql-ws', () => {
  let system: TestSystem;
  let charger: ScriptedCharger;

  beforeAll(async () => {
    system = await startSystem();
    await system.graphql.query(
      `mutation { putToken(input: { idToken: "LIVE-1", type: "ISO14443", status: ACCEPTED }) { idToken } }`,
    );
    charger = await connectCharger({ url: system.standalone.ocppUrl, chargerId: 'LIVE', version: '2.1' });
  });
  afterAll(async () => {
    charger?.close();
    await system?.stop();
  });

  it('tell of a charger, its frames, its sessions and its commands as they change', async () => {
    const chargers = system.graphql.subscribe<{ chargerChanged: { vendor: string | null; connectivity: string } }>(
      `subscription { chargerChanged(id: "LIVE") { id vendor connectivity } }`,
    );
    const frames = system.graphql.subscribe<{ ocppMessage: { direction: string; action: string; raw: string } }>(
      `subscription { ocppMessage(chargerId: "LIVE") { direction action raw } }`,
    );
    const sessions = system.graphql.subscribe<{ sessionChanged: { state: string; transactionId: string } }>(
      `subscription { sessionChanged(chargerId: "LIVE") { state transactionId } }`,
    );
    // A subscription sees what happens after the server took it: the first heartbeat that shows says that they all have.
    while (frames.seen.length === 0) {
      await charger.heartbeat();
      await frames.first(() => true, 500).catch(() => undefined); // not yet: another heartbeat
    }
    await charger.boot();
    await chargers.first(
      ({ chargerChanged }) => chargerChanged.vendor !== null && chargerChanged.connectivity === 'ONLINE',
    );
    await frames.first(
      ({ ocppMessage }) => ocppMessage.action === 'BootNotification' && ocppMessage.direction === 'IN',
    );
    await frames.first(
      ({ ocppMessage }) => ocppMessage.raw.startsWith('[3,') && ocppMessage.raw.includes('"Accepted"'),
    );

    await charger.call('TransactionEvent', {
      eventType: 'Started',
      timestamp: new Date().toISOString(),
      triggerReason: 'Authorized',
      seqNo: 0,
      transactionInfo: { transactionId: 'live-tx' },
      evse: { id: 1, connectorId: 1 },
      idToken: { idToken: 'LIVE-1', type: 'ISO14443' },
    });
    await sessions.first(
      ({ sessionChanged }) => sessionChanged.state === 'ACTIVE' && sessionChanged.transactionId === 'live-tx',
    );

    const { resetCharger } = await system.graphql.query<{ resetCharger: { id: string } }>(
      `mutation { resetCharger(input: { chargerId: "LIVE", type: ON_IDLE }) { id state } }`,
    );
    const commands = system.graphql.subscribe<{ commandChanged: { state: string } }>(
      `subscription ($id: ID!) { commandChanged(id: $id) { state } }`,
      { id: resetCharger.id },
    );
    await commands.first(({ commandChanged }) => commandChanged.state === 'ACCEPTED');
    for (const live of [chargers, frames, sessions, commands]) live.close();
  }, 30_000);
});
