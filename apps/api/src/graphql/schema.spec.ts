import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  buildSchema as parseSchema,
  findBreakingChanges,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  type GraphQLSchema,
} from 'graphql';
import { buildSchema, schemaText } from './build-schema';

const FILE = path.join(__dirname, '../../../../schemas/graphql/schema.graphql');

describe('the GraphQL schema', () => {
  let schema: GraphQLSchema;

  beforeAll(async () => {
    schema = await buildSchema();
    if (process.env.UPDATE_SCHEMA === 'true') writeFileSync(FILE, schemaText(schema));
  });

  it('does not break clients of the committed one', () => {
    const committed = parseSchema(readFileSync(FILE, 'utf8'));
    expect(findBreakingChanges(committed, schema)).toEqual([]);
  });

  it('is the committed one; UPDATE_SCHEMA=true npx jest -c apps/api/jest.config.cjs schema writes it', () => {
    expect(schemaText(schema)).toBe(readFileSync(FILE, 'utf8'));
  });

  it('explains every type, field, argument and value', () => {
    expect(undescribed(schema)).toEqual([]);
  });

  it('names the unit of every physical quantity', () => {
    const quantities = Object.values(schema.getTypeMap())
      .filter(isObjectType)
      .filter((type) => !isIntrospectionType(type))
      .flatMap((type) => Object.values(type.getFields()))
      .filter((field) => String(field.type).startsWith('Float'));
    expect(quantities.length).toBeGreaterThan(5);
    for (const { name, description } of quantities) {
      expect(`${name}: ${description}`).toMatch(/Wh|\bW\b|percent|seconds|`unit`/);
    }
  });
});

function undescribed(schema: GraphQLSchema): string[] {
  const missing: string[] = [];
  const check = (name: string, description: string | null | undefined) => description || missing.push(name);
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue;
    if (!['Query', 'Mutation', 'Subscription'].includes(type.name)) check(type.name, type.description);
    if (isEnumType(type)) {
      for (const value of type.getValues()) check(`${type.name}.${value.name}`, value.description);
    }
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) check(`${type.name}.${field.name}`, field.description);
    }
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      check(`${type.name}.${field.name}`, field.description);
      for (const arg of field.args) check(`${type.name}.${field.name}(${arg.name})`, arg.description);
    }
  }
  return missing;
}
