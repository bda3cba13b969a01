/** Asks GraphQL. @throws Error with the first message when it answers with errors or not at all. */
export type Query = <Data>(query: string, variables?: Record<string, unknown>) => Promise<Data>;

interface Answer {
  data?: unknown;
  errors?: { message: string; extensions?: { code?: string } }[];
}

const TIMEOUT_MS = 30_000;

export function queryOf(url: string): Query {
  return async <Data>(query: string, variables: Record<string, unknown> = {}) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const { data, errors } = (await response.json()) as Answer;
    const first = errors?.[0];
    if (first) throw new Error(`${first.extensions?.code ?? 'no code'}: ${first.message}`);
    return data as Data;
  };
}

/** A page of a connection. */
export interface Page<Node> {
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  nodes: Node[];
}

/** Every node of a connection. */
export async function allPages<Node>(load: (after: string | null) => Promise<Page<Node>>): Promise<Node[]> {
  const nodes: Node[] = [];
  let after: string | null = null;
  do {
    const page: Page<Node> = await load(after);
    nodes.push(...page.nodes);
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  return nodes;
}
