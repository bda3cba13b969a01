import { BenchError } from '../process/child';

/** A query over HTTP with a connection kept alive. @throws BenchError with what the server said */
export async function query<Data>(url: string, text: string, variables: Record<string, unknown> = {}): Promise<Data> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: text, variables }),
    signal: AbortSignal.timeout(30_000),
  });
  const answer = (await response.json()) as { data?: Data; errors?: { message: string }[] };
  if (answer.errors?.length || !answer.data) {
    throw new BenchError(`GraphQL answered ${JSON.stringify(answer.errors ?? answer)}`);
  }
  return answer.data;
}

interface Sessions {
  sessions: { edges: { node: { energyWh: number | null } }[] };
}

/**
 * Wh in the read model, over the sessions of one charger or of all. Each MeterValues of the bench adds 1 Wh to its
 * session's register, so this is the number of messages that the projections have caught up with.
 */
export async function projectedMessages(url: string, sessions: number, chargerId: string | null): Promise<number> {
  const data = await query<Sessions>(
    url,
    `query Projected($first: Int!, $filter: SessionFilter) {
      sessions(first: $first, filter: $filter) { edges { node { energyWh } } }
    }`,
    { first: sessions, filter: chargerId === null ? {} : { chargerId } },
  );
  return data.sessions.edges.reduce((sum, { node }) => sum + (node.energyWh ?? 0), 0);
}

/** Makes `idTag` a token that may charge. */
export async function putToken(url: string, idTag: string): Promise<void> {
  await query(url, `mutation Put($input: PutTokenInput!) { putToken(input: $input) { idToken } }`, {
    input: { idToken: idTag, type: 'ISO14443', status: 'ACCEPTED' },
  });
}
