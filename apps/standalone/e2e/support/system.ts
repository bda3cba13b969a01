import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createLogger, Settings } from '@chargestream/service-kit';
import { startStandalone, type RunningStandalone } from '../../src/start-standalone';
import { ON_CLUSTER, startClusterSystem } from './cluster-system';
import { GraphqlClient } from './graphql';

export interface TestSystem {
  standalone: Pick<RunningStandalone, 'ocppUrl' | 'graphqlUrl'>;
  graphql: GraphqlClient;
  /** Stops it and starts it again on the same data. */
  restart(): Promise<void>;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
}

/** The whole system in this process on free ports and a folder of its own; or a cluster, when E2E_SYSTEM says so. */
export async function startSystem(overrides: Partial<Settings> = {}): Promise<TestSystem> {
  if (ON_CLUSTER) return startClusterSystem(overrides);
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'chargestream-e2e-'));
  const settings = Object.assign(new Settings(), {
    dataDir,
    ocppPort: 0,
    apiPort: 0,
    logLevel: process.env.E2E_LOG_LEVEL ?? 'error',
    validateEvents: true,
    ...overrides,
  });
  const start = () => startStandalone(settings, createLogger(settings));
  let standalone = await start();
  const system: TestSystem = {
    standalone,
    graphql: new GraphqlClient(standalone.graphqlUrl),
    restart: async () => {
      await system.graphql.close();
      await standalone.close();
      system.standalone = standalone = await start();
      system.graphql = new GraphqlClient(system.standalone.graphqlUrl);
    },
    stop: async () => {
      await system.graphql.close();
      await standalone.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  return system;
}
