import { NestFactory } from '@nestjs/core';
import { GraphQLSchemaBuilderModule, GraphQLSchemaFactory } from '@nestjs/graphql';
import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';
import { RESOLVERS } from './resolvers';

/** The schema alone, without a server. */
export async function buildSchema(): Promise<GraphQLSchema> {
  const app = await NestFactory.createApplicationContext(GraphQLSchemaBuilderModule, { logger: false });
  try {
    return lexicographicSortSchema(await app.get(GraphQLSchemaFactory).create(RESOLVERS));
  } finally {
    await app.close();
  }
}

/** As committed at `schemas/graphql/schema.graphql`. */
export function schemaText(schema: GraphQLSchema): string {
  return `# Generated from apps/api; \`npm test\` says how to update it.\n\n${printSchema(schema)}\n`;
}
