import { startCluster, type Cluster } from '@chargestream/cluster';
import { ENVIRONMENT, type Settings } from '@chargestream/service-kit';
import { GraphqlClient } from './graphql';
import type { CrashableServer } from './server-process';
import type { TestSystem } from './system';

/** The same tests on separate services: each test file gets a cluster of its own. Run by `npm run cluster -- e2e`. */
export const ON_CLUSTER = process.env['E2E_SYSTEM'] === 'cluster';

export async function startClusterSystem(overrides: Partial<Settings>): Promise<TestSystem> {
  const cluster = await startCluster({ environment: { LOG_LEVEL: 'warn', ...environmentOf(overrides) } });
  const system: TestSystem = {
    standalone: cluster,
    graphql: new GraphqlClient(cluster.graphqlUrl),
    restart: async () => {
      await system.graphql.close();
      await Promise.all(cluster.services.map((service) => service.stop()));
      await Promise.all(cluster.services.map((service) => service.start()));
      system.graphql = new GraphqlClient(cluster.graphqlUrl);
    },
    stop: async () => {
      await system.graphql.close();
      await cluster.stop();
    },
  };
  return system;
}

function environmentOf(overrides: Partial<Settings>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(overrides).map(([field, value]) => [ENVIRONMENT[field as keyof Settings], String(value)]),
  );
}

/** For crash tests: SIGKILL hits every service at once. */
export class ClusterServer implements CrashableServer {
  private constructor(private readonly cluster: Cluster) {}

  static async prepare(): Promise<ClusterServer> {
    return new ClusterServer(await startCluster({ environment: { LOG_LEVEL: 'warn' } }));
  }

  get ocppUrl(): string {
    return this.cluster.ocppUrl;
  }

  get graphqlUrl(): string {
    return this.cluster.graphqlUrl;
  }

  async start(): Promise<void> {
    await Promise.all(this.cluster.services.map((service) => service.start()));
  }

  async kill(): Promise<void> {
    await Promise.all(this.cluster.services.map((service) => service.kill()));
  }

  stop(): Promise<void> {
    return this.cluster.stop();
  }

  removeData(): void {
    // `stop` has removed it.
  }
}
