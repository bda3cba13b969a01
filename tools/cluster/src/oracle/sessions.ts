import { allPages, type Page, type Query } from './query';

export interface SeenSample {
  timestamp: string;
  measurand: string;
  phase: string | null;
  location: string | null;
  context: string | null;
}

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
  samples: SeenSample[];
}

const SESSIONS = /* GraphQL */ `
  query ($after: String) {
    page: sessions(first: 500, after: $after) {
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
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
`;
const SAMPLES = /* GraphQL */ `
  query ($id: ID!, $after: String) {
    session(id: $id) {
      page: samples(first: 500, after: $after) {
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          timestamp
          measurand
          phase
          location
          context
        }
      }
    }
  }
`;

/** Every session with every sample, as a product team would read them. */
export async function readSessions(query: Query): Promise<SeenSession[]> {
  type Bare = Omit<SeenSession, 'samples'>;
  const sessions = await allPages<Bare>(async (after) => (await query<{ page: Page<Bare> }>(SESSIONS, { after })).page);
  const complete: SeenSession[] = [];
  for (const session of sessions) {
    const samples = await allPages<SeenSample>(async (after) => {
      const { session: seen } = await query<{ session: { page: Page<SeenSample> } }>(SAMPLES, {
        id: session.id,
        after,
      });
      return seen.page;
    });
    complete.push({ ...session, samples });
  }
  return complete;
}
