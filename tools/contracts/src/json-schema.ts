/** As much of JSON Schema (draft 7) as the generated schemas use. */
export interface JsonSchema {
  $schema?: string;
  $id?: string;
  $ref?: string;
  title?: string;
  description?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  not?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  minItems?: number;
  maxItems?: number;
  definitions?: Record<string, JsonSchema>;
  examples?: unknown[];
  format?: string;
}

const DEFINITIONS = '#/definitions/';

/** What a reference within `root` points to; a schema that is none is returned as it is. @throws when it dangles */
export function resolved(schema: JsonSchema, root: JsonSchema): JsonSchema {
  if (schema.$ref === undefined) return schema;
  const target = root.definitions?.[definitionName(schema.$ref)];
  if (!target) throw new Error(`${root.$id ?? 'The schema'} has no ${schema.$ref}: run npm run contracts`);
  return resolved(target, root);
}

export function definitionName(ref: string): string {
  return ref.slice(DEFINITIONS.length);
}

/** Names of all definitions that a schema refers to, directly or by way of others, sorted. */
export function definitionsOf(schema: JsonSchema, all: Record<string, JsonSchema>): string[] {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === '$ref' && typeof inner === 'string') {
        const name = definitionName(inner);
        if (found.has(name)) continue;
        found.add(name);
        visit(all[name]);
      } else if (key !== 'definitions') visit(inner);
    }
  };
  visit(schema);
  return [...found].sort();
}
