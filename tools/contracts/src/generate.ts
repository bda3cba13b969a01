import path from 'node:path';
import { factVersion } from '@chargestream/contracts';
import { createGenerator } from 'ts-json-schema-generator';
import { SCHEMA_GROUPS, type SchemaGroup } from './catalogue';
import { definitionsOf, resolved, type JsonSchema } from './json-schema';
import { ROOT } from './paths';

/** One schema, made from a TypeScript type. */
export interface GeneratedSchema {
  id: string;
  group: SchemaGroup;
  /** Also the file's name. */
  name: string;
  /** `ce_type`s of the records that have it; empty for what is on no topic. */
  ceTypes: readonly string[];
  schema: JsonSchema;
}

/** Stable for ever: `urn:chargestream:session-events:SessionEnded:1`. Only stored facts may come to a second version. */
function schemaId({ topic, group }: SchemaGroup, name: string): string {
  return `urn:chargestream:${group}:${name}:${topic === null ? factVersion(name) : 1}`;
}

/** The schemas of all types in the catalogue, read from the sources of `libs/contracts`. Takes about a second. */
export function generateSchemas(): GeneratedSchema[] {
  const contracts = path.join(ROOT, 'libs/contracts');
  const generator = createGenerator({
    path: path.join(contracts, 'src/index.ts'),
    tsconfig: path.join(contracts, 'tsconfig.json'),
    expose: 'export',
    topRef: false,
    jsDoc: 'extended',
    // Readers must take fields that they do not know; tests and producers in development are stricter.
    additionalProperties: true,
    skipTypeCheck: true,
    encodeRefs: false,
  });
  return SCHEMA_GROUPS.flatMap((group) => {
    const whole = opened(generator.createSchema(group.root)) as JsonSchema;
    return group.by === undefined ? [single(group, whole)] : members(group, group.by, whole);
  });
}

function single(group: SchemaGroup, whole: JsonSchema): GeneratedSchema {
  if (group.listAs === undefined) return finished(group, group.root, whole, whole);
  const { definitions, $schema: _, ...items } = whole;
  return finished(group, group.listAs, { type: 'array', items }, { definitions: definitions ?? {} });
}

function members(group: SchemaGroup, by: 'type' | 'kind', whole: JsonSchema): GeneratedSchema[] {
  return flattened(whole, whole).map((member) => {
    const tag = member.properties?.[by]?.const;
    if (typeof tag !== 'string') throw new Error(`A member of ${group.root} has no ${by}: give it a literal one`);
    return finished(group, group.names?.[tag] ?? tag, described(member, whole), whole);
  });
}

/** What surrounds the data says the same of all; what the data is says more. */
function described(member: JsonSchema, root: JsonSchema): JsonSchema {
  const data = member.properties?.data;
  if (!data) return member;
  const { description: _, ...rest } = member;
  const { description } = resolved(data, root);
  return description === undefined ? rest : { description, ...rest };
}

/** The members of a union of unions. */
function flattened(schema: JsonSchema, root: JsonSchema): JsonSchema[] {
  const target = resolved(schema, root);
  return target.anyOf ? target.anyOf.flatMap((member) => flattened(member, root)) : [target];
}

function finished(group: SchemaGroup, name: string, body: JsonSchema, whole: JsonSchema): GeneratedSchema {
  const { $schema: _, definitions: __, description, ...rest } = body;
  const all = whole.definitions ?? {};
  const names = definitionsOf(rest, all);
  const schema: JsonSchema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: schemaId(group, name),
    title: name,
    ...(description === undefined ? {} : { description }),
    ...rest,
    ...(names.length === 0
      ? {}
      : { definitions: Object.fromEntries(names.map((one) => [one, all[one] as JsonSchema])) }),
  };
  const ceTypes = group.topic === null ? [] : (group.ceTypes ?? [name]);
  return { id: schema.$id as string, group, name, ceTypes, schema };
}

/** `Record<string, never>` says "no fields yet", not "never any": fields may be added to it as to all others. */
function opened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(opened);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => !(key === 'additionalProperties' && isNever(inner)))
      .map(([key, inner]) => [key, opened(inner)]),
  );
}

function isNever(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'not' in value;
}
