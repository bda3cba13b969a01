import { CHANNELS, type Channel } from './channels';
import { exampleOf } from './example';
import type { GeneratedSchema } from './generate';
import { definitionName, resolved, type JsonSchema } from './json-schema';

const HEAD = `# Events

<!-- Written by \`npm run contracts\` from the types in libs/contracts: do not edit. -->

Everything that crosses services, as [AsyncAPI](../../schemas/asyncapi.yaml) and [JSON Schema](../../schemas/events) have it too.
\`csms.session-events.v1\`, \`csms.meter-values.v1\` and \`csms.connector-status.v1\` are for others to consume; the rest is between the
services. What may change: [compatibility](compatibility.md). Consumers to start from: [examples](../../examples).
`;

/** `docs/reference/events.md`: every topic and type with its fields and an example. */
export function renderReference(schemas: readonly GeneratedSchema[]): string {
  const envelope = named('ChargerSeen', schemas);
  const headers = named('RecordHeaders', schemas);
  const stored = schemas.filter(({ group }) => group.group === 'stored');
  return [
    HEAD,
    '## Topics\n',
    topics(),
    '## Headers of every record\n',
    `CloudEvents 1.0 in Kafka's binary mode.\n\n${fields(headers, headers)}`,
    '## The envelope\n',
    `What surrounds the \`data\` of events.\n\n${fields(envelope, envelope)}`,
    ...CHANNELS.map((channel) => topic(channel, schemas)),
    '## What the event store keeps\n',
    'Facts in the streams of EventStoreDB, and the metadata that each has. Only core writes and reads them: consume the topics.\n',
    ...stored.map(typeSection),
    '## Shared types\n',
    ...shared(schemas),
  ].join('\n');
}

/** The types that have a section and an example. */
export function isEvent({ group }: GeneratedSchema): boolean {
  return group.group !== 'headers';
}

function named(type: string, schemas: readonly GeneratedSchema[]): JsonSchema {
  const found = schemas.find(({ name }) => name === type);
  if (!found) throw new Error(`There is no type ${type} any more: the reference needs another one`);
  return found.schema;
}

function topics(): string {
  const rows = CHANNELS.map(
    ({ topic, partitions, cleanup, retentionMs, writtenBy, readBy }) =>
      `| \`${topic}\` | ${partitions} | ${cleanup === 'compact' ? 'newest of each key' : period(retentionMs)} | ${writtenBy.join(', ')} | ${readBy.join(', ')} |`,
  );
  return `| topic | partitions | kept | written by | read by |\n|---|---|---|---|---|\n${rows.join('\n')}\n`;
}

function period(retentionMs: number | null): string {
  if (retentionMs === null) return 'for ever';
  const hours = retentionMs / 3_600_000;
  return hours >= 48 ? `${hours / 24} days` : `${hours} h`;
}

function topic({ name, topic, description, key, keyExample }: Channel, schemas: readonly GeneratedSchema[]): string {
  const types = schemas.filter(({ group }) => group.group === name);
  const letter = () => {
    const headers = named('DeadLetterHeaders', schemas);
    return `Bytes and headers are those of the parked record, and beside them:\n\n${fields(headers, headers)}`;
  };
  const sections = types.length === 0 ? [letter()] : types.map(typeSection);
  return [`## ${topic}\n`, `${description}\n\nKey: ${key}, e.g. \`${keyExample}\`.\n`, ...sections].join('\n');
}

function typeSection(generated: GeneratedSchema): string {
  const { id, group, name, ceTypes, schema } = generated;
  const items = schema.type === 'array' ? (schema.items ?? {}) : schema;
  const data = items.properties?.data;
  const body = data ? resolved(data, schema) : items;
  const other =
    ceTypes.length > 0 && ceTypes.join() !== name ? ` \`ce_type\` is one of ${ceTypes.map(code).join(', ')}.` : '';
  return [
    `### ${name}${group.topic === null ? ' (stored)' : ''}\n`,
    ...(schema.description === undefined ? [] : [`${schema.description}\n`]),
    `[\`${id}\`](../../schemas/events/${group.group}/${name}.json).${other}${schema.type === 'array' ? ' A list of:' : data ? ' `data`:' : ''}\n`,
    fields(body, schema),
    '```json',
    JSON.stringify(exampleOf(generated), null, 2),
    '```\n',
  ].join('\n');
}

function shared(schemas: readonly GeneratedSchema[]): string[] {
  const definitions = new Map<string, { schema: JsonSchema; root: JsonSchema }>();
  for (const { schema: root } of schemas) {
    for (const [name, schema] of Object.entries(root.definitions ?? {})) {
      if (!definitions.has(name)) definitions.set(name, { schema, root });
    }
  }
  return [...definitions]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { schema, root }]) => {
      const about = schema.description === undefined ? '' : `${schema.description}\n\n`;
      if (schema.anyOf) return `### ${name}\n\n${about}${schema.anyOf.map((one) => `- ${typeOf(one)}`).join('\n')}\n`;
      return `### ${name}\n\n${about}${schema.properties ? fields(schema, root) : `${typeOf(schema)}\n`}`;
    });
}

/** A table of the fields; objects without a name are written out in place. */
function fields(schema: JsonSchema, root: JsonSchema): string {
  const rows = rowsOf(schema, root, '');
  return rows.length === 0 ? 'No fields.\n' : `| field | type | |\n|---|---|---|\n${rows.join('\n')}\n`;
}

function rowsOf(schema: JsonSchema, root: JsonSchema, prefix: string): string[] {
  const required = new Set(schema.required);
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const optional = required.has(name) ? '' : ' (may be missing)';
    const row = `| \`${prefix}${name}\` | ${typeOf(property)}${optional} | ${cell(property.description ?? '')} |`;
    return [row, ...(property.properties ? rowsOf(property, root, `${prefix}${name}.`) : [])];
  });
}

function typeOf(schema: JsonSchema): string {
  if (schema.$ref !== undefined) {
    const name = definitionName(schema.$ref);
    return `[${name}](#${name.toLowerCase()})`;
  }
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' or ');
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  if (schema.enum) return schema.enum.map((value) => code(JSON.stringify(value))).join(', ');
  if (schema.type === 'array') return `list of ${typeOf(schema.items ?? {})}`;
  if (schema.type === 'object' && schema.properties?.kind?.const !== undefined) return tagged(schema);
  return schema.type === undefined ? 'anything' : [schema.type].flat().join(' or ');
}

function tagged({ properties = {} }: JsonSchema): string {
  return Object.entries(properties)
    .map(([name, property]) => `\`${name}\`: ${typeOf(property)}`)
    .join('; ');
}

function code(text: string): string {
  return `\`${text}\``;
}

function cell(text: string): string {
  return text.replaceAll('\n', ' ').replaceAll('|', '\\|');
}
