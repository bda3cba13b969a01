import { generateSchemas } from './generate';
import { incompatibilities } from './compare';
import type { JsonSchema } from './json-schema';
import { byFile, check, releasedSchemas, releases } from './releases';

const string: JsonSchema = { type: 'string' };
const nullable: JsonSchema = { type: ['string', 'null'] };

function object(properties: Record<string, JsonSchema>, required = Object.keys(properties)): JsonSchema {
  return { type: 'object', properties, required };
}

describe('the present schemas', () => {
  const current = byFile(generateSchemas());

  it('break nobody who relies on those of the last release (npm run contracts:check says the same)', () => {
    const last = releases().at(-1);
    expect(last).toBeDefined();
    expect(check(releasedSchemas(last!), current)).toEqual([]);
  });

  const anyFile = [...current.keys()];

  it.each(anyFile)('would fail without %s, and without any of its fields', (file) => {
    const schema = current.get(file) as JsonSchema;
    const alone = new Map([[file, schema]]);
    expect(check(alone, new Map())).toEqual([`${file.replace('.json', '')}: the type is gone or has another name`]);
    for (const name of Object.keys(schema.properties ?? {})) {
      const { [name]: _, ...properties } = schema.properties as Record<string, JsonSchema>;
      expect(check(alone, new Map([[file, { ...schema, properties }]]))).not.toEqual([]);
    }
  });

  it('may change in every way where an upcaster lifts what is stored', () => {
    const file = 'stored/SessionEnded.json';
    const changed = new Map(current).set(file, object({}));
    expect(check(current, changed)).not.toEqual([]);
    expect(check(current, changed, (name) => name === file)).toEqual([]);
  });
});

describe('what breaks consumers', () => {
  const session = object({ id: string, energyWh: { type: ['number', 'null'] }, note: string }, ['id', 'energyWh']);
  const broken: [string, JsonSchema, string][] = [
    ['a field that is gone', object({ id: string, energyWh: { type: ['number', 'null'] } }), 'note is gone'],
    [
      'a field with another name',
      object({ sessionId: string, energyWh: { type: ['number', 'null'] }, note: string }, ['energyWh']),
      'id is gone or has another name',
    ],
    ['another type', { ...session, properties: { ...session.properties, id: { type: 'number' } } }, 'id can be number'],
    ['null where none was', { ...session, properties: { ...session.properties, id: nullable } }, 'id can be null'],
    [
      'null no more',
      { ...session, properties: { ...session.properties, energyWh: { type: 'number' } } },
      'energyWh can no longer be null',
    ],
    ['what may be missing now', { ...session, required: ['energyWh'] }, 'id may be missing'],
    ['what must be there now', { ...session, required: ['id', 'energyWh', 'note'] }, 'note must be there'],
    [
      'what is new and must be there',
      { ...session, properties: { ...session.properties, more: string }, required: ['id', 'energyWh', 'more'] },
      'more must be there',
    ],
    ['a list instead of an object', { type: 'array', items: session }, 'the value can be a list'],
    ['anything instead of text', { ...session, properties: { ...session.properties, id: {} } }, 'id can be anything'],
    [
      'a format that was not asked for',
      { ...session, properties: { ...session.properties, id: { type: 'string', format: 'uuid' } } },
      'id has a new limit: format "uuid"',
    ],
  ];

  it.each(broken)('%s', (_, now, expected) => {
    expect(incompatibilities(session, now)).toEqual(
      [expect.stringContaining(expected)]
        .concat(expected.includes('can be number') ? [expect.stringContaining('id can no longer be string')] : [])
        .concat(expected.includes('a list') ? [expect.stringContaining('can no longer be an object')] : []),
    );
  });

  it.each([
    ['a further value', ['A', 'B', 'C'], 'status can be "C" now'],
    ['a value fewer', ['A'], 'status can no longer be "B"'],
  ])('%s of an enumeration', (_, values, expected) => {
    const before = object({ status: { type: 'string', enum: ['A', 'B'] } });
    const now = object({ status: { type: 'string', enum: values } });
    expect(incompatibilities(before, now)).toEqual([expect.stringContaining(expected)]);
  });

  it('a change far inside, through references, lists and unions', () => {
    const whole = (value: JsonSchema): JsonSchema => ({
      ...object({ list: { type: 'array', items: { anyOf: [{ $ref: '#/definitions/Sample' }, { type: 'null' }] } } }),
      definitions: { Sample: object({ value }) },
    });
    expect(incompatibilities(whole(string), whole(nullable))).toEqual([
      expect.stringContaining('list[].value can be null'),
    ]);
  });

  it('a member of a tagged union that is gone, or that has changed', () => {
    const kind = (name: string, more: JsonSchema = string) => object({ kind: { type: 'string', const: name }, more });
    const before = { anyOf: [kind('A'), kind('B')] };
    expect(incompatibilities(before, kind('A'))).toEqual([
      expect.stringContaining('no longer be an object of the kind B'),
    ]);
    expect(incompatibilities(before, { anyOf: [kind('A'), kind('B', nullable)] })).toEqual([
      expect.stringContaining('more can be null'),
    ]);
    expect(incompatibilities(before, { anyOf: [kind('A'), kind('B'), kind('C')] })).toEqual([]);
  });

  it('another $id', () => {
    expect(incompatibilities({ $id: 'urn:a:1', ...string }, { $id: 'urn:a:2', ...string })).toHaveLength(1);
  });
});

describe('what breaks nobody', () => {
  const before = object({ id: string });
  it.each([
    ['nothing', before],
    ['a further field that may be missing', object({ id: string, more: string }, ['id'])],
    ['other words', { ...before, description: 'Other words', properties: { id: { ...string, description: 'Id' } } }],
    ['the same, written in another way', { anyOf: [object({ id: { anyOf: [string] } })] }],
  ])('%s', (_, now) => expect(incompatibilities(before, now)).toEqual([]));
});
