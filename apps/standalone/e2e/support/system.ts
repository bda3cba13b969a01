import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createLogger, Settings } from '@chargestream/service-kit';
import { startStandalone, type RunningStandalone } from '../../src/start-standalone';
import { GraphqlClient } from './graphql';

export interface TestSystem {
  standalone: RunningStandalone;
  graphql: GraphqlClient;
  /** Stops it and starts it again on the same data. */
  restart(): Promise<void>;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
}

/** The whole system in this process on free ports and a folder of its own. */
export async function startSystem(overrides: Partial<Settings> = {}): Promise<TestSystem> {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'chargestream-e2e-'));
  const settings = Object.assign(new Settings(), {
    dataDir,
    ocppPort: 0,
    apiPort: 0,
    logLevel: process.env.E2E_LOG_LEVEL ?? 'error',
    ...overrides,
  });
  const start = () => startStandalone(settings, createLogger(settings));
  const system: TestSystem = {
    standalone: await start(),
    graphql: undefined as never,
    restart: async () => {
      await system.graphql.close();
      await system.standalone.close();
      system.standalone = await start();
      system.graphql = new GraphqlClient(system.standalone.graphqlUrl);
    },
    stop: async () => {
      await system.graphql.close();
      await system.standalone.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  system.graphql = new GraphqlClient(system.standalone.graphqlUrl);
  return system;
}
