import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

const ROOT = path.resolve(__dirname, '../../..');
const RULES = path.join(ROOT, 'docker/prometheus/rules');
const DASHBOARDS = path.join(ROOT, 'docker/grafana/dashboards');

interface Alert {
  alert: string;
  expr: string;
  annotations: { runbook_url: string };
}

interface Dashboard {
  uid: string;
  title: string;
  panels: { title: string; datasource: { uid: string }; targets: { expr: string }[] }[];
}

/** Names that the services' sources register. */
const registered = new Map(
  [
    'apps/connect/src/connect-metrics.ts',
    'apps/core/src/core-metrics.ts',
    'libs/service-runtime/src/run/run-service.ts',
  ]
    .map((file) => readFileSync(path.join(ROOT, file), 'utf8'))
    .flatMap((source) => [...source.matchAll(/\b(counter|gauge|histogram)\(\s*'(\w+)'/g)])
    .map(([, kind, name]) => [`chargestream_${name}`, kind]),
);

/** A histogram has no series of its own name, and nothing else has buckets. */
function exists(name: string): boolean {
  if (registered.has(name)) return registered.get(name) !== 'histogram';
  return registered.get(name.replace(/_(bucket|sum|count)$/, '')) === 'histogram';
}

const ownMetrics = (expr: string) => expr.match(/chargestream_\w+/g) ?? [];

const alerts = readdirSync(RULES)
  .map((name) => parse(readFileSync(path.join(RULES, name), 'utf8')) as { groups: { rules: Alert[] }[] })
  .flatMap(({ groups }) => groups.flatMap(({ rules }) => rules));

const dashboards = readdirSync(DASHBOARDS).map(
  (name) => JSON.parse(readFileSync(path.join(DASHBOARDS, name), 'utf8')) as Dashboard,
);

const anchors = [...readFileSync(path.join(ROOT, 'docs/operations.md'), 'utf8').matchAll(/^#+ (.+)$/gm)].map(
  ([, heading]) => `docs/operations.md#${heading?.toLowerCase().replaceAll(' ', '-')}`,
);

it('there are alerts', () => expect(alerts.length).toBeGreaterThan(0));

describe.each(alerts)('alert $alert', ({ expr, annotations }) => {
  it('asks for metrics that there are', () => {
    expect(ownMetrics(expr)).not.toHaveLength(0);
    expect(ownMetrics(expr).filter((name) => !exists(name))).toEqual([]);
  });

  it('has a runbook', () => expect(anchors).toContain(annotations.runbook_url));
});

it('each dashboard has a uid of its own', () => {
  expect(dashboards.length).toBeGreaterThan(0);
  expect(new Set(dashboards.map(({ uid }) => uid)).size).toBe(dashboards.length);
});

describe.each(dashboards)('dashboard $title', ({ panels }) => {
  it.each(panels)('shows $title by metrics that there are', ({ targets }) => {
    expect(targets).not.toHaveLength(0);
    for (const { expr } of targets) {
      expect(expr).toMatch(/\b(chargestream|process|nodejs)_\w+/);
      expect(ownMetrics(expr).filter((name) => !exists(name))).toEqual([]);
    }
  });

  it('asks the data source that is provisioned', () => {
    const provisioned = path.join(ROOT, 'docker/grafana/provisioning/datasources/prometheus.yaml');
    const { datasources } = parse(readFileSync(provisioned, 'utf8')) as { datasources: { uid: string }[] };
    const known = datasources.map(({ uid }) => uid);
    expect(panels.filter(({ datasource }) => !known.includes(datasource.uid))).toEqual([]);
  });
});

it('every metric is asked for by an alert or a dashboard', () => {
  const asked = [
    ...alerts.map(({ expr }) => expr),
    ...dashboards.flatMap(({ panels }) => panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))),
  ].flatMap(ownMetrics);
  const bare = new Set(asked.map((name) => name.replace(/_(bucket|sum|count)$/, '')));
  expect([...registered.keys()].filter((name) => !bare.has(name))).toEqual(['chargestream_build_info']);
});
