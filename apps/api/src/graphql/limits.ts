import {
  GraphQLError,
  Kind,
  type ASTVisitor,
  type FragmentDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { ApiError } from '../errors/api-error';
import { MAX_PAGE_SIZE } from './inputs/filters';

export const MAX_DEPTH = 12;
/** Fields that may have to be resolved for one operation. */
export const MAX_COMPLEXITY = 100_000;

/** Lists without pages are taken to be this long. */
const LIST_LENGTH = 10;
const LISTS = new Set([
  ...['connectors', 'activeSessions', 'configuration', 'variables', 'anomalies', 'deviations'],
  ...['entries', 'periods', 'steps', 'securityEvents', 'installed'],
]);

interface Cost {
  depth: number;
  complexity: number;
}

/** Refuses documents that nest too deep or ask for too much, before anything is resolved. */
export const limitsRule: ValidationRule = (context: ValidationContext): ASTVisitor => ({
  OperationDefinition(operation) {
    const { depth, complexity } = costOf(operation.selectionSet, context, new Map());
    if (depth > MAX_DEPTH) {
      context.reportError(tooMuch(`This operation nests ${depth} levels; ${MAX_DEPTH} are allowed.`, 'depth'));
    }
    if (complexity > MAX_COMPLEXITY) {
      const message = `This operation may resolve ${complexity} fields; ${MAX_COMPLEXITY} are allowed: ask for fewer rows with \`first\`.`;
      context.reportError(tooMuch(message, 'complexity'));
    }
  },
});

function tooMuch(message: string, rule: string): GraphQLError {
  return new ApiError('BAD_INPUT', message, { field: null, rule });
}

/** What each fragment costs, reckoned once; null while it is being followed: a cycle is another rule's to report. */
type FragmentCosts = Map<FragmentDefinitionNode, Cost | null>;

function costOf(selections: SelectionSetNode, context: ValidationContext, known: FragmentCosts): Cost {
  const total: Cost = { depth: 0, complexity: 0 };
  for (const selection of selections.selections) {
    if (total.complexity > MAX_COMPLEXITY) break;
    const cost = costOfSelection(selection, context, known);
    total.depth = Math.max(total.depth, cost.depth);
    total.complexity += cost.complexity;
  }
  return total;
}

function costOfSelection(
  selection: SelectionSetNode['selections'][number],
  context: ValidationContext,
  known: FragmentCosts,
): Cost {
  switch (selection.kind) {
    case Kind.INLINE_FRAGMENT:
      return costOf(selection.selectionSet, context, known);
    case Kind.FRAGMENT_SPREAD: {
      const fragment = context.getFragment(selection.name.value);
      if (!fragment) return { depth: 0, complexity: 0 };
      const before = known.get(fragment);
      if (before !== undefined) return before ?? { depth: 0, complexity: 0 };
      known.set(fragment, null);
      const cost = costOf(fragment.selectionSet, context, known);
      known.set(fragment, cost);
      return cost;
    }
    case Kind.FIELD: {
      // Introspection recurses by design, and costs nothing that grows with the data.
      if (selection.selectionSet === undefined || selection.name.value.startsWith('__')) {
        return { depth: 1, complexity: 1 };
      }
      const inner = costOf(selection.selectionSet, context, known);
      return { depth: inner.depth + 1, complexity: 1 + inner.complexity * rowsOf(selection) };
    }
  }
}

function rowsOf({ name, arguments: args }: Extract<SelectionSetNode['selections'][number], { kind: Kind.FIELD }>) {
  if (LISTS.has(name.value)) return LIST_LENGTH;
  const first = args?.find((argument) => argument.name.value === 'first')?.value;
  if (first === undefined) return PAGED.has(name.value) ? 50 : 1;
  // A variable is not known yet: it is taken for the largest page there is.
  return first.kind === Kind.INT ? Math.min(Math.max(1, Number(first.value)), MAX_PAGE_SIZE) : MAX_PAGE_SIZE;
}

const PAGED = new Set([
  ...['chargers', 'sessions', 'commands', 'tokens', 'ocppMessages', 'history', 'samples'],
  ...['reservations', 'chargingProfiles', 'operations'],
]);
