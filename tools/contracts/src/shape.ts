import { resolved, type JsonSchema } from './json-schema';

/** What a schema allows, with references and unions taken apart. */
export interface Shape {
  /** Anything is allowed. */
  any: boolean;
  /** `string`, `number`, `boolean`, `null`: every value of it. */
  scalars: Set<string>;
  /** Single values, as JSON. */
  literals: Set<string>;
  /** Members of a union of objects by the value of their `kind` or `type`; '' for an object without. */
  objects: Map<string, JsonSchema>;
  items: JsonSchema | null;
  /** Bounds on values, which the type does not show. */
  limits: string[];
}

const LIMITS = ['format', 'pattern', 'minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems'] as const;

export function shapeOf(schema: JsonSchema, root: JsonSchema): Shape {
  const shape: Shape = {
    any: false,
    scalars: new Set(),
    literals: new Set(),
    objects: new Map(),
    items: null,
    limits: [],
  };
  add(schema, root, shape);
  return shape;
}

function add(schema: JsonSchema, root: JsonSchema, shape: Shape): void {
  const target = resolved(schema, root);
  for (const keyword of LIMITS) {
    const limit = (target as Record<string, unknown>)[keyword];
    if (limit !== undefined) shape.limits.push(`${keyword} ${JSON.stringify(limit)}`);
  }
  if (target.anyOf) for (const member of target.anyOf) add(member, root, shape);
  else if (target.const !== undefined) shape.literals.add(JSON.stringify(target.const));
  else if (target.enum) for (const value of target.enum) shape.literals.add(JSON.stringify(value));
  else if (target.type === undefined) shape.any = true;
  else for (const type of [target.type].flat()) addType(type, target, root, shape);
}

function addType(type: string, schema: JsonSchema, root: JsonSchema, shape: Shape): void {
  if (type === 'object') shape.objects.set(tagOf(schema, root), schema);
  else if (type === 'array') shape.items = schema.items ?? {};
  else shape.scalars.add(type);
}

function tagOf({ properties = {} }: JsonSchema, root: JsonSchema): string {
  const tag = properties.kind ?? properties.type;
  const value = tag && resolved(tag, root).const;
  return typeof value === 'string' ? value : '';
}
