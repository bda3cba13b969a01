import { EXAMPLE_VALUES } from './example-values';
import type { GeneratedSchema } from './generate';
import { definitionName, resolved, type JsonSchema } from './json-schema';

/** A value that has the schema, as it may be on the wire. */
export function exampleOf({ name, schema }: GeneratedSchema): unknown {
  return valueOf(schema, schema, name);
}

/** @param owner name of the type whose field it is */
function valueOf(schema: JsonSchema, root: JsonSchema, owner: string, field?: string): unknown {
  const target = resolved(schema, root);
  if (target.const !== undefined) return target.const;
  const known = field === undefined ? undefined : (EXAMPLE_VALUES[`${owner}.${field}`] ?? EXAMPLE_VALUES[field]);
  if (field !== undefined && (`${owner}.${field}` in EXAMPLE_VALUES || known !== undefined)) {
    const value = `${owner}.${field}` in EXAMPLE_VALUES ? EXAMPLE_VALUES[`${owner}.${field}`] : known;
    if (!target.enum || target.enum.includes(value)) return value;
  }
  if (target.enum) return target.enum[0];
  const inner = schema.$ref === undefined ? owner : definitionName(schema.$ref);
  if (target.anyOf) return valueOf(target.anyOf.find(({ type }) => type !== 'null') ?? {}, root, inner, field);
  return valueOfType([target.type].flat()[0], target, root, inner);
}

function valueOfType(type: string | undefined, schema: JsonSchema, root: JsonSchema, owner: string): unknown {
  switch (type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, property]) => [name, valueOf(property, root, owner, name)]),
      );
    case 'array':
      return [valueOf(schema.items ?? {}, root, owner)];
    case 'string':
      return 'text';
    case 'number':
    case 'integer':
      return 1;
    case 'boolean':
      return true;
    default:
      return null;
  }
}
