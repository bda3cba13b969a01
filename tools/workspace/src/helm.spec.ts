import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ENVIRONMENT } from '@chargestream/service-kit';
import Ajv from 'ajv';
import { parse } from 'yaml';

/** What can be told of the chart without helm; `npm run check:helm` renders it. */
const HELM = path.resolve(__dirname, '../../../docker/helm');
const CHART = path.join(HELM, 'chargestream');
const read = (...names: string[]) => readFileSync(path.join(...names), 'utf8');
const values = parse(read(CHART, 'values.yaml')) as Record<string, unknown>;
const schema = JSON.parse(read(CHART, 'values.schema.json')) as object;
const templates = readdirSync(path.join(CHART, 'templates')).map((name) => read(CHART, 'templates', name));

/** As helm does it: what is given over what is there, objects merged. */
function merged(base: unknown, over: unknown): unknown {
  if (typeof base !== 'object' || base === null || Array.isArray(base)) return over ?? base;
  const all = { ...base, ...(over as object) } as Record<string, unknown>;
  for (const key of Object.keys(all)) {
    const [below, above] = [(base as Record<string, unknown>)[key], (over as Record<string, unknown>)[key]];
    if (below !== undefined && above !== undefined) all[key] = merged(below, above);
  }
  return all;
}

describe('the chart', () => {
  const validate = new Ajv({ strict: false }).compile(schema);

  it.each(['', ...readdirSync(path.join(HELM, 'examples'))])('takes its own values, and those of %j', (example) => {
    const given = example === '' ? {} : parse(read(HELM, 'examples', example));
    validate(merged(values, given));
    expect(validate.errors).toBeNull();
  });

  it.each([
    { connect: { replicas: 0 } },
    { kafka: { brokers: ['kafka'] } },
    { eventstore: { url: 'esdb://admin:changeit@store' } },
    { conect: {} },
    { api: { auth: 'none' } },
  ])('refuses %j', (given) => {
    expect(validate(merged(values, given))).toBe(false);
  });

  it('describes each value in its schema and has a default for each that is described', () => {
    const { properties } = schema as { properties: Record<string, unknown> };
    expect(
      Object.keys(properties)
        .filter((name) => name !== 'global')
        .sort(),
    ).toEqual(Object.keys(values).sort());
  });

  it('sets only variables that are settings', () => {
    const names = templates.flatMap((text) => [...text.matchAll(/^ *(?:- name: )?([A-Z]+_[A-Z_]+|AUTH)\b/gm)]);
    expect(names.length).toBeGreaterThan(20);
    for (const [, name] of names) expect(Object.values(ENVIRONMENT)).toContain(name);
  });

  it('uses only values that there are', () => {
    const paths = templates.flatMap((text) => [...text.matchAll(/\.Values\.([A-Za-z.]+)/g)].map(([, found]) => found));
    for (const used of new Set(paths)) {
      const parts = (used as string).split('.');
      if (parts.join('.').startsWith('secrets.values')) continue;
      const found = parts.reduce<unknown>(
        (value, part) => (value as Record<string, unknown> | undefined)?.[part],
        values,
      );
      expect([used, found === undefined]).toEqual([used, false]);
    }
  });

  it('is of the version of the repository', () => {
    const { version } = JSON.parse(read(HELM, '../../package.json')) as { version: string };
    expect(parse(read(CHART, 'Chart.yaml'))).toMatchObject({ version, appVersion: version });
  });
});
