import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLogger, Health, Metrics, Settings } from '@chargestream/service-kit';
import { Opened } from '../run/opened';
import type { ServiceContext } from '../run/run-service';
import { Parts } from './parts';

describe('the parts of a service', () => {
  let folder: string;
  let context: ServiceContext & { stop: AbortController };
  let opened: Opened;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'parts-'));
    opened = new Opened();
    const stop = new AbortController();
    context = {
      settings: Object.assign(new Settings(), { dataDir: folder }),
      logger: createLogger({ logLevel: 'silent' }),
      metrics: new Metrics(),
      health: new Health(),
      stopping: stop.signal,
      stop,
    };
  });
  afterEach(async () => {
    await opened.close();
    rmSync(folder, { recursive: true });
  });

  it('tell their health from when they are open, and are closed with the service', async () => {
    const parts = new Parts('standalone', context, opened);
    const bus = await parts.bus();
    await parts.store();
    const readModel = await parts.readModel();
    expect(await context.health.report()).toEqual({
      ready: true,
      checks: { bus: 'ok', store: 'ok', 'read-model': 'ok' },
    });
    await opened.close();
    expect(bus.isAvailable()).toBe(false);
    await expect(readModel.checkpoint()).rejects.toThrow();
    expect(await context.health.report()).toMatchObject({
      ready: false,
      checks: { bus: 'failing', 'read-model': 'failing' },
      reasons: { 'read-model': 'the database cannot be reached' },
    });
  });

  it('leave a service ready while one that it does not need is away', async () => {
    const parts = new Parts('standalone', context, opened);
    const store = await parts.store({ isNeeded: false });
    await store.close();
    expect(await context.health.report()).toMatchObject({ ready: true });
  });

  it('open the read model once, at the first use', async () => {
    const readModel = new Parts('standalone', context, opened).readModelLater();
    expect((await context.health.report()).checks).toEqual({});
    expect(await readModel()).toBe(await readModel());
  });

  it('do not open the read model of a service that stops', async () => {
    const readModel = new Parts('standalone', context, opened).readModelLater();
    context.stop.abort();
    await expect(readModel()).rejects.toThrow('stopping');
  });

  it('are not waited for when they can never be there', async () => {
    await expect(new Parts('connect', context, opened).bus()).rejects.toThrow('connect cannot run on embedded storage');
  });
});
