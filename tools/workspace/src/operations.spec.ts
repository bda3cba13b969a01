import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

const ROOT = path.resolve(__dirname, '../../..');
const RULES = path.join(ROOT, 'docker/prometheus/rules');

interface Alert {
  alert: string;
  expr: string;
  annotations: { runbook_url: string };
}

/** Names that the services' sources register, without the suffixes of histograms. */
const registered = new Set(
  [
    'apps/connect/src/connect-metrics.ts',
    'apps/core/src/core-metrics.ts',
    'libs/service-runtime/src/run/run-service.ts',
  ]
    .map((file) => readFileSync(path.join(ROOT, file), 'utf8'))
    .flatMap((source) => [...source.matchAll(/\b(?:counter|gauge|histogram)\(\s*'(\w+)'/g)])
    .map(([, name]) => `chargestream_${name}`),
);

const alerts = readdirSync(RULES)
  .map((name) => parse(readFileSync(path.join(RULES, name), 'utf8')) as { groups: { rules: Alert[] }[] })
  .flatMap(({ groups }) => groups.flatMap(({ rules }) => rules));

const anchors = [...readFileSync(path.join(ROOT, 'docs/operations.md'), 'utf8').matchAll(/^#+ (.+)$/gm)].map(
  ([, heading]) => `docs/operations.md#${heading?.toLowerCase().replaceAll(' ', '-')}`,
);

it('there are alerts', () => expect(alerts.length).toBeGreaterThan(0));

describe.each(alerts)('alert $alert', ({ expr, annotations }) => {
  it('asks for metrics that there are', () => {
    const names = expr.match(/chargestream_\w+/g) ?? [];
    expect(names).not.toHaveLength(0);
    expect(names.filter((name) => !registered.has(name.replace(/_(bucket|sum|count)$/, '')))).toEqual([]);
  });

  it('has a runbook', () => expect(anchors).toContain(annotations.runbook_url));
});
