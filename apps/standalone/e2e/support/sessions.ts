import type { GraphqlClient } from './graphql';

export interface SeenSession {
  id: string;
  chargerId: string;
  transactionId: string;
  state: string;
  energyWh: number | null;
  meterStartWh: number | null;
  meterStopWh: number | null;
  incomplete: boolean;
  anomalies: { anomaly: string; detail: string }[];
  samples: {
    timestamp: string;
    measurand: string;
    phase: string | null;
    location: string | null;
    context: string | null;
  }[];
}

interface Page<Node> {
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  edges: { node: Node }[];
}

const SESSIONS = /* GraphQL */ `
  query ($after: String) {
    page: sessions(first: 100, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        node {
          id
          chargerId
          transactionId
          state
          energyWh
          meterStartWh
          meterStopWh
          incomplete
          anomalies {
            anomaly
            detail
          }
        }
      }
    }
  }
`;
const SAMPLES = /* GraphQL */ `
  query ($id: ID!, $after: String) {
    session(id: $id) {
      page: samples(first: 100, after: $after) {
        pageInfo {
          hasNextPage
          endCursor
        }
        edges {
          node {
            timestamp
            measurand
            phase
            location
            context
          }
        }
      }
    }
  }
`;

/** Every session with every sample, as a product team would read them. */
export async function readSessions(graphql: GraphqlClient): Promise<SeenSession[]> {
  const sessions = await pages<Omit<SeenSession, 'samples'>>(async (after) => {
    const answer = await graphql.query<{ page: Page<Omit<SeenSession, 'samples'>> }>(SESSIONS, { after });
    return answer.page;
  });
  const complete: SeenSession[] = [];
  for (const session of sessions) {
    const samples = await pages<SeenSession['samples'][number]>(async (after) => {
      const answer = await graphql.query<{ session: { page: Page<SeenSession['samples'][number]> } }>(SAMPLES, {
        id: session.id,
        after,
      });
      return answer.session.page;
    });
    complete.push({ ...session, samples });
  }
  return complete;
}

async function pages<Node>(load: (after: string | null) => Promise<Page<Node>>): Promise<Node[]> {
  const nodes: Node[] = [];
  let after: string | null = null;
  do {
    const page: Page<Node> = await load(after);
    nodes.push(...page.edges.map(({ node }) => node));
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  return nodes;
}
