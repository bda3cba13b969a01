import fc from 'fast-check';

/** The part of JSON Schema that OCPP's schemas use. */
export interface JsonSchema {
  $ref?: string;
  type?: string;
  enum?: string[];
  format?: string;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  multipleOf?: number;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean;
  items?: JsonSchema;
  minItems?: number;
  maxItems?: number;
  definitions?: Record<string, JsonSchema>;
}

/** Any payload the schema allows; arrays are kept short. */
export function payloadArbitrary(root: JsonSchema): fc.Arbitrary<unknown> {
  const known = built.get(root) ?? build(root);
  built.set(root, known);
  return known;
}

const built = new WeakMap<JsonSchema, fc.Arbitrary<unknown>>();

function build(root: JsonSchema): fc.Arbitrary<unknown> {
  const made = new Map<string, fc.Arbitrary<unknown>>();
  const of = (schema: JsonSchema): fc.Arbitrary<unknown> => {
    if (schema.$ref !== undefined) {
      const name = schema.$ref.slice('#/definitions/'.length);
      const known = made.get(name) ?? of(root.definitions?.[name] ?? {});
      made.set(name, known);
      return known;
    }
    if (schema.enum) return fc.constantFrom(...schema.enum);
    switch (schema.type) {
      case 'string':
        return strings(schema);
      case 'integer':
        return fc.integer({ min: schema.minimum ?? -(2 ** 31), max: schema.maximum ?? 2 ** 31 - 1 });
      case 'number':
        return numbers(schema);
      case 'boolean':
        return fc.boolean();
      case 'array':
        return fc.array(of(schema.items ?? {}), {
          minLength: schema.minItems ?? 0,
          maxLength: Math.min(schema.maxItems ?? 2, Math.max(2, schema.minItems ?? 0)),
        });
      case 'object':
        return objects(schema, of);
      default:
        return fc.jsonValue({ maxDepth: 2 });
    }
  };
  return of(root);
}

function objects(schema: JsonSchema, of: (schema: JsonSchema) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const properties = Object.entries(schema.properties ?? {});
  const named = fc.record(Object.fromEntries(properties.map(([name, property]) => [name, of(property)])), {
    requiredKeys: schema.required ?? [],
    noNullPrototype: true,
  });
  if (schema.additionalProperties === false) return named;
  // An open object may hold anything under names it does not define, `__proto__` among them.
  const extra = fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 2 }), {
    maxKeys: 2,
    noNullPrototype: true,
  });
  return fc.tuple(extra, named).map(([open, closed]) => ({
    ...Object.fromEntries(
      Object.entries(open).filter(([name]) => !schema.properties || !Object.hasOwn(schema.properties, name)),
    ),
    ...closed,
  }));
}

function strings({ format, maxLength }: JsonSchema): fc.Arbitrary<string> {
  if (format === 'uri') return fc.webUrl({ size: 'small' });
  if (format === 'date-time')
    return fc
      .date({ min: new Date('1970-01-01T00:00:00Z'), max: new Date('2099-12-31T23:59:59Z'), noInvalidDate: true })
      .map((date) => date.toISOString());
  // JSON Schema counts code points; `unit: 'binary'` makes any of them.
  return fc.string({ maxLength: Math.min(maxLength ?? 40, 40), unit: 'binary' });
}

function numbers({ minimum, maximum, multipleOf }: JsonSchema): fc.Arbitrary<number> {
  if (multipleOf !== undefined)
    return fc.integer({ min: -100_000, max: 100_000 }).map((tenths) => Number((tenths * multipleOf).toFixed(6)));
  return fc
    .double({ min: minimum ?? -1e9, max: maximum ?? 1e9, noNaN: true, noDefaultInfinity: true })
    .map((number) => (Object.is(number, -0) ? 0 : number));
}
