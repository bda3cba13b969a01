import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ENVIRONMENT, loadSettings, reads, type ServiceName, type Settings } from '@chargestream/service-kit';
import { parse } from 'yaml';

const DOCKER = path.resolve(__dirname, '../../../docker');
const read = (name: string) => readFileSync(path.join(DOCKER, name), 'utf8');

interface ComposeService {
  image?: string;
  build?: { context: string; dockerfile: string; target: string };
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  networks?: Record<string, { ipv4_address?: string }>;
  depends_on?: string[] | Record<string, { condition: string }>;
  stop_grace_period?: string;
}

interface Compose {
  services: Record<string, ComposeService>;
  volumes: Record<string, unknown>;
}

const compose = (name: string) => parse(read(name), { merge: true }) as Compose;

/** What docker compose makes of `${NAME:-default}` and `${NAME:?what is missing}`. */
function interpolated(text: string, given: Record<string, string>): string {
  return text.replace(/\$\{([A-Z_]+)(?::([-?])([^}]*))?\}/g, (_all, name: string, kind?: string, rest?: string) => {
    const value = given[name];
    if (value !== undefined) return value;
    if (kind === '?') throw new Error(`${name} must be set: ${rest}`);
    return rest ?? '';
  });
}

const GIVEN = {
  POSTGRES_PASSWORD: 'p',
  EVENTSTORE_ADMIN_PASSWORD: 'p',
  API_KEYS: `someone:${'0'.repeat(64)}`,
};

const FIELD_OF = new Map(Object.entries(ENVIRONMENT).map(([field, name]) => [name, field as keyof Settings]));

/** The environment that an image's stage of the Dockerfile sets. */
function imageEnvironment(target: string): Record<string, string> {
  const stage =
    read('Dockerfile')
      .split(/^FROM /m)
      .find((part) => part.includes(` AS ${target}\n`)) ?? '';
  const lines = [...stage.matchAll(/^ENV (.*)$/gm)].map(([, line]) => line as string);
  return Object.fromEntries(
    lines.flatMap((line) => line.split(' ').map((pair) => pair.split('=') as [string, string])),
  );
}

describe.each(['compose.yaml', 'compose.dev.yaml'])('docker/%s', (file) => {
  const { services, volumes } = compose(file);
  const ours = Object.entries(services).filter(([, { build }]) => build !== undefined);

  it('runs connect, core and api from the Dockerfile', () => {
    const targets = ours.map(([, { build }]) => build?.target);
    expect([...new Set(targets)].sort()).toEqual(['api', 'connect', 'core']);
    expect(targets).toHaveLength(file === 'compose.yaml' ? 6 : 3);
    for (const [, { build }] of ours) expect(build).toMatchObject({ context: '..', dockerfile: 'docker/Dockerfile' });
  });

  it.each(ours)('gives %s settings that it reads and starts with', (name, { build, environment = {} }) => {
    const service = build?.target as ServiceName;
    const all: Record<string, string> = { ...imageEnvironment(service) };
    for (const [variable, value] of Object.entries(environment)) {
      const field = FIELD_OF.get(variable);
      if (field === undefined) throw new Error(`${name} is given ${variable}, which is no setting`);
      expect([variable, reads(service, field)]).toEqual([variable, true]);
      all[variable] = interpolated(value, GIVEN);
    }
    for (const variable of Object.keys(all).filter((variable) => variable.endsWith('_FILE'))) {
      expect(services[name]?.volumes?.join()).toContain(path.dirname(all[variable] as string));
      delete all[variable];
    }
    delete all['NODE_ENV'];
    expect(loadSettings(all, service).instanceId).toBe(name === service ? `${service}-1` : name);
  });

  it('names no volume, service or address that is not there', () => {
    const addresses: string[] = [];
    for (const [name, service] of Object.entries(services)) {
      for (const volume of service.volumes ?? []) {
        const [source = ''] = volume.split(':');
        if (source.startsWith('./')) expect(readdirSync(DOCKER)).toContain(source.split('/')[1]);
        else expect(Object.keys(volumes)).toContain(source);
      }
      const needed = Array.isArray(service.depends_on) ? service.depends_on : Object.keys(service.depends_on ?? {});
      for (const other of needed) expect(Object.keys(services)).toContain(other);
      const address = service.networks?.['default']?.ipv4_address;
      if (address) addresses.push(address);
      expect(`${name}: ${service.image ?? service.build?.target}`).not.toMatch(/:latest$/);
    }
    expect(new Set(addresses).size).toBe(addresses.length);
  });

  it.each(ours)('lets %s reach only hosts that are there', (_name, { environment = {} }) => {
    const hosts = [
      ...(environment['KAFKA_BROKERS'] ?? '').split(',').map((broker) => broker.split(':')[0] as string),
      ...(environment['EVENTSTORE_URL'] ?? '').matchAll(/(?:\/\/|,)([a-z0-9-]+):\d+/g),
      ...(environment['DATABASE_URL'] ?? '').matchAll(/@([a-z0-9-]+):\d+/g),
    ].map((found) => (typeof found === 'string' ? found : (found[1] as string)));
    expect(hosts.length).toBeGreaterThan(0);
    for (const host of hosts) expect(Object.keys(services)).toContain(host);
  });
});

describe('docker/compose.yaml', () => {
  const { services } = compose('compose.yaml');

  it('wants every secret to be set, and the example names them all', () => {
    const needed = [...read('compose.yaml').matchAll(/\$\{([A-Z_]+):\?/g)].map(([, name]) => name as string);
    expect(new Set(needed)).toEqual(new Set(Object.keys(GIVEN)));
    for (const name of needed) expect(read('.env.example')).toMatch(new RegExp(`^${name}=$`, 'm'));
  });

  it('lets connect drain longer than the drain takes', () => {
    for (const name of ['connect-1', 'connect-2']) {
      const { environment = {}, stop_grace_period: grace = '' } = services[name] ?? {};
      const drainMs = Number(environment['OCPP_DRAIN_SPREAD_MS']) + Number(environment['OCPP_DRAIN_TIMEOUT_MS']);
      expect(Number.parseInt(grace) * 1000).toBeGreaterThan(drainMs);
    }
  });

  it('has three brokers and three nodes of the store that know each other', () => {
    const brokers = ['kafka-1', 'kafka-2', 'kafka-3'];
    for (const [index, name] of brokers.entries()) {
      const environment = services[name]?.environment ?? {};
      expect(environment['KAFKA_NODE_ID']).toBe(String(index + 1));
      expect(environment['KAFKA_CONTROLLER_QUORUM_VOTERS']).toContain(`${index + 1}@${name}:9093`);
      expect(environment['KAFKA_ADVERTISED_LISTENERS']).toBe(`PLAINTEXT://${name}:9092`);
    }
    const nodes = [1, 2, 3].map((number) => services[`eventstore-${number}`]);
    const addresses = nodes.map((node) => node?.networks?.['default']?.ipv4_address);
    for (const [index, node] of nodes.entries()) {
      expect(node?.environment?.['EVENTSTORE_REPLICATION_IP']).toBe(addresses[index]);
      const others = addresses.filter((_address, other) => other !== index).map((address) => `${address}:2113`);
      expect(node?.environment?.['EVENTSTORE_GOSSIP_SEED']).toBe(others.join());
    }
  });
});

describe('what stands around the services', () => {
  const { services } = compose('compose.yaml');
  const [connect, core, api] = (['connect', 'core', 'api'] as const).map((service) => imageEnvironment(service));

  it('the load balancer sends work to the ports on which the services are', () => {
    const configuration = read('haproxy/haproxy.cfg');
    const servers = [...configuration.matchAll(/^ {2}server (\S+) (\S+):(\d+) check(?: port (\d+))?/gm)];
    const expected = Object.keys(services).filter((name) => /^(connect|api)-/.test(name));
    expect(servers.map(([, name]) => name)).toEqual(expected);
    for (const [, name, host, port, probe] of servers) {
      expect(host).toBe(name);
      const isConnect = name?.startsWith('connect') === true;
      expect([port, probe]).toEqual(
        isConnect ? [connect?.['OCPP_PORT'], connect?.['HEALTH_PORT']] : [api?.['API_PORT'], undefined],
      );
    }
    for (const published of services['load-balancer']?.ports ?? []) {
      expect(configuration).toContain(`bind :${published.split(':')[1]}\n`);
    }
  });

  it('Prometheus looks where the metrics are', () => {
    const { scrape_configs: jobs } = parse(read('prometheus/prometheus.yml')) as {
      scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[];
    };
    const ports: Record<string, string | undefined> = {
      connect: connect?.['HEALTH_PORT'],
      core: core?.['HEALTH_PORT'],
      api: api?.['API_PORT'],
      'load-balancer': '8404',
    };
    const targets = jobs.flatMap((job) => job.static_configs.flatMap((config) => config.targets));
    for (const target of targets) {
      const [host = '', port] = target.split(':');
      expect(port).toBe(ports[host.replace(/-\d$/, '')]);
    }
    const ours = Object.keys(services).filter((name) => /^(connect|core|api)-/.test(name));
    expect(targets.map((target) => target.split(':')[0]).sort()).toEqual([...ours, 'load-balancer'].sort());
  });

  it('the images expose what they listen on, run as nobody in particular and tell whether they are alive', () => {
    const stages = read('Dockerfile')
      .split(/^FROM /m)
      .slice(1);
    for (const target of ['connect', 'core', 'api', 'standalone']) {
      const stage = stages.find((part) => part.includes(` AS ${target}\n`)) ?? '';
      const ports = Object.entries(imageEnvironment(target))
        .filter(([name]) => name.endsWith('_PORT'))
        .map(([, port]) => port);
      for (const port of ports) expect(stage).toMatch(new RegExp(`^EXPOSE .*\\b${port}\\b`, 'm'));
      expect(stage).toContain(`"apps/${target}/dist/main.js"`);
      const [, probed = ''] = /HEALTHCHECK .*healthcheck\.mjs", "([A-Z_]+)"/.exec(stage) ?? [];
      expect(imageEnvironment(target)).toHaveProperty(probed);
    }
    expect(stages.find((part) => part.includes(' AS runtime'))).toMatch(/^USER node$/m);
    expect(read('Dockerfile')).toMatch(/^ARG NODE_IMAGE=node:\d+\.\d+\.\d+-/m);
  });
});
