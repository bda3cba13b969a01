import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startApi } from '@chargestream/api';
import { startConnect } from '@chargestream/connect';
import { startCore } from '@chargestream/core';
import { openEmbeddedEventBus } from '@chargestream/event-bus/embedded';
import { openEmbeddedEventStore } from '@chargestream/event-store/embedded';
import { openSqliteReadModel } from '@chargestream/read-model';
import { createLogger, Health, Metrics, Settings } from '@chargestream/service-kit';
import { GraphqlClient } from './support/graphql';
import { connectIndependentCharger, type IndependentCharger } from './support/rpc-client';

describe('a token that may charge once, with core, store, read model and api down', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'concurrent-tx-'));
  const settings = Object.assign(new Settings(), {
    ...{ instanceId: 'connect-1', ocppPort: 0, apiPort: 0, logLevel: 'silent', dataDir: folder, validateEvents: true },
  });
  const logger = createLogger(settings);
  const chargers: IndependentCharger[] = [];
  let bus: Awaited<ReturnType<typeof openEmbeddedEventBus>>;
  let connect: Awaited<ReturnType<typeof startConnect>>;

  beforeAll(async () => {
    bus = await openEmbeddedEventBus({ path: path.join(folder, 'bus.db') });
    connect = await startConnect({ bus, settings, logger });
  });
  afterAll(async () => {
    await Promise.all(chargers.map((charger) => charger.close()));
    await connect?.close();
    await bus?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Everything but connect and the bus, for as long as `work` takes. */
  async function withTheRest(work: (graphql: GraphqlClient) => Promise<void>): Promise<void> {
    const store = await openEmbeddedEventStore({ path: path.join(folder, 'store.db') });
    const readModel = await openSqliteReadModel({ path: path.join(folder, 'read-model.db') });
    const core = await startCore({ bus, store, readModel, settings, logger });
    const parts = { metrics: new Metrics(), health: new Health() };
    const api = await startApi({ bus, store, readModel, settings, logger, ...parts });
    const graphql = new GraphqlClient(api.url);
    try {
      await work(graphql);
    } finally {
      await graphql.close();
      await api.close();
      await core.close();
      await readModel.close();
      await store.close();
    }
  }

  async function charger(id: string): Promise<IndependentCharger> {
    const connected = await connectIndependentCharger(`ws://127.0.0.1:${connect.port}/ocpp`, id, 'ocpp1.6');
    chargers.push(connected);
    return connected;
  }

  it('is answered ConcurrentTx by the memory of connect alone, and queries agree once core is back', async () => {
    await withTheRest(async (graphql) => {
      await graphql.query(`mutation { putToken(input: { idToken: "ONCE", concurrency: DENY }) { idToken } }`);
      await graphql.query(`mutation { putToken(input: { idToken: "OFTEN" }) { idToken } }`);
    });

    const [a, b] = [await charger('ONCE-A'), await charger('ONCE-B')];
    const beganMs = Date.now() - 600_000;
    const at = (minute: number) => new Date(beganMs + minute * 60_000).toISOString();
    const start = async (at16: IndependentCharger, idTag: string, connectorId: number, minute: number) => {
      const request = { connectorId, idTag, meterStart: 0, timestamp: at(minute) };
      const answer = await at16.call('StartTransaction', request);
      return answer as { transactionId: number; idTagInfo: { status: string } };
    };

    const first = await start(a, 'ONCE', 1, 0);
    expect(first.idTagInfo).toEqual({ status: 'Accepted' });
    expect(await start(a, 'ONCE', 1, 0)).toEqual(first);
    const second = await start(b, 'once', 1, 1);
    expect(second).toEqual({ idTagInfo: { status: 'ConcurrentTx' }, transactionId: expect.any(Number) });
    expect(await start(a, 'ONCE', 1, 0)).toEqual(first);
    expect(await b.call('Authorize', { idTag: 'ONCE' })).toEqual({ idTagInfo: { status: 'Accepted' } });
    expect((await start(a, 'OFTEN', 2, 1)).idTagInfo.status).toBe('Accepted');
    expect((await start(b, 'OFTEN', 2, 1)).idTagInfo.status).toBe('Accepted');
    await a.call('StopTransaction', { transactionId: first.transactionId, meterStop: 0, timestamp: at(2) });
    expect((await start(b, 'ONCE', 3, 3)).idTagInfo.status).toBe('Accepted');

    await withTheRest(async (graphql) => {
      const { sessions } = await graphql.until<{ sessions: { nodes: { authorizationStatus: string }[] } }>(
        `{ sessions(filter: { idToken: "ONCE" }) { nodes { chargerId state authorizationStatus } } }`,
        {},
        (data) => data.sessions.nodes.length === 2,
      );
      expect(new Set(sessions.nodes)).toEqual(
        new Set([
          { chargerId: 'ONCE-A', state: 'ENDED', authorizationStatus: 'Accepted' },
          { chargerId: 'ONCE-B', state: 'ACTIVE', authorizationStatus: 'Accepted' },
        ]),
      );
      const { refused } = await graphql.until<{ refused: { nodes: object[] } }>(
        `{ refused: sessions(filter: { idToken: "once" }) { nodes { chargerId state authorizationStatus } } }`,
        {},
        (data) => data.refused.nodes.length > 0,
      );
      expect(refused.nodes).toContainEqual({
        ...{ chargerId: 'ONCE-B', state: 'ACTIVE', authorizationStatus: 'ConcurrentTx' },
      });
    });
  });
});
