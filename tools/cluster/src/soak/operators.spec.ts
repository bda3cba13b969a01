import { readFileSync } from 'node:fs';
import path from 'node:path';
import { seededRandom } from '@chargestream/charger-sim';
import { buildSchema, coerceInputValue, parse, typeFromAST, validate, type OperationDefinitionNode } from 'graphql';
import type { GraphQLInputType } from 'graphql';
import { exampleOfEach, Operators, PUT_PROFILE } from './operators';

const SDL = path.resolve(__dirname, '../../../../schemas/graphql/schema.graphql');
const schema = buildSchema(readFileSync(SDL, 'utf8'));

/** What GraphQL has against a mutation and its input. */
function problemsOf(text: string, input: unknown): string[] {
  const document = parse(text);
  const problems = validate(schema, document).map(({ message }) => message);
  const { variableDefinitions = [] } = document.definitions[0] as OperationDefinitionNode;
  const type = typeFromAST(schema, variableDefinitions[0]!.type as never) as GraphQLInputType;
  coerceInputValue(input, type, (at, _value, { message }) => problems.push(`${at.join('.')}: ${message}`));
  return problems;
}

it.each(exampleOfEach(seededRandom(1)))('$text is a mutation of ours', ({ text, input }) => {
  expect(problemsOf(text, input)).toEqual([]);
  expect(problemsOf(text, { ...input, unknown: 1 })).not.toEqual([]);
});

it('the profiles that are handed out are profiles of ours', async () => {
  const sent: unknown[] = [];
  const query = async <Data>(_text: string, variables?: Record<string, unknown>) => {
    sent.push(variables?.['input']);
    return {} as Data;
  };
  await new Operators({ query, chargerIds: ['CP-1'], random: seededRandom(1), everyMs: 1 }).prepare();
  expect(sent).toHaveLength(10);
  expect(sent.flatMap((input) => problemsOf(PUT_PROFILE, input))).toEqual([]);
});
