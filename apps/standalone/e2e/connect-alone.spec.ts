import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startApi } from '@chargestream/api';
import { Journal, runDepot } from '@chargestream/charger-sim';
import { alwaysCharging, differences, queryOf, readSessions, type Query } from '@chargestream/cluster';
import { startConnect } from '@chargestream/connect';
import { startCore } from '@chargestream/core';
import { openEmbeddedEventBus } from '@chargestream/event-bus/embedded';
import { openEmbeddedEventStore } from '@chargestream/event-store/embedded';
import { openSqliteReadModel } from '@chargestream/read-model';
import { createLogger, Health, Metrics, Settings } from '@chargestream/service-kit';

jest.setTimeout(120_000);

const TAG = 'TAG-1';
const CHARGERS = 9;
const AWAY_MS = 8_000;

describe('connect, with core, store, read model and api down', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'connect-alone-'));
  const settings = Object.assign(new Settings(), {
    ...{ instanceId: 'connect-1', ocppPort: 0, apiPort: 0, logLevel: 'silent', dataDir: folder, validateEvents: true },
  });
  const logger = createLogger(settings);
  const openBus = () => openEmbeddedEventBus({ path: path.join(folder, 'bus.db') });
  let bus: Awaited<ReturnType<typeof openBus>>;
  let connect: Awaited<ReturnType<typeof startConnect>>;
  beforeAll(async () => {
    bus = await openBus();
    connect = await startConnect({ bus, settings, logger });
  });
  afterAll(async () => {
    await connect?.close();
    await bus?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Everything but connect and the bus, for as long as `work` takes. */
  async function withTheRest<Result>(work: (query: Query, caughtUp: () => Promise<void>) => Promise<Result>) {
    const store = await openEmbeddedEventStore({ path: path.join(folder, 'store.db') });
    const readModel = await openSqliteReadModel({ path: path.join(folder, 'read-model.db') });
    const core = await startCore({ bus, store, readModel, settings, logger });
    const parts = { metrics: new Metrics(), health: new Health() };
    const api = await startApi({ bus, store, readModel, settings, logger, ...parts });
    try {
      return await work(queryOf(api.url), () => core.caughtUp());
    } finally {
      await api.close();
      await core.close();
      await readModel.close();
      await store.close();
    }
  }

  it('lets chargers of all versions boot, authorize, start, meter and stop; later everything is there, once', async () => {
    await withTheRest((query) =>
      query(`mutation { putToken(input: { idToken: "${TAG}", type: "ISO14443", status: ACCEPTED }) { idToken } }`),
    );

    const journal = new Journal({ keepEntries: false });
    const leaving = new AbortController();
    const depot = runDepot({
      ...{ url: `ws://127.0.0.1:${connect.port}/ocpp`, chargers: CHARGERS, version: 'mixed', connectors: 1 },
      ...{ scenario: alwaysCharging, idTokens: [TAG], idPrefix: 'ALONE-', seed: 4, speed: 1_200, graceMs: 60_000 },
      ...{ journal, signal: leaving.signal },
    });
    await pause(AWAY_MS);
    leaving.abort();
    const summary = await depot;
    expect(summary.unacknowledged).toEqual([]);
    const expected = [...journal.expectedSessions().values()].flat();
    expect(expected.every(({ start, stop }) => start === 'acknowledged' && stop === 'acknowledged')).toBe(true);
    expect(new Set(expected.map(({ chargerId }) => chargerId)).size).toBe(CHARGERS);
    const samples = expected.reduce((sum, { sampleTimestamps }) => sum + sampleTimestamps.length, 0);
    expect(samples).toBeGreaterThan(CHARGERS * 10);

    await withTheRest(async (query, caughtUp) => {
      await caughtUp();
      expect(differences(expected, await readSessions(query))).toEqual({ lost: [], doubled: [], wrong: [] });
      const { chargers } = await query<{ chargers: { nodes: { vendor: string | null; connectivity: string }[] } }>(
        '{ chargers(first: 50) { nodes { vendor connectivity } } }',
      );
      expect(chargers.nodes).toHaveLength(CHARGERS);
      expect(chargers.nodes.filter(({ vendor }) => vendor === null)).toEqual([]);
      expect(chargers.nodes.filter(({ connectivity }) => connectivity !== 'OFFLINE')).toEqual([]);
    });
  });
});
