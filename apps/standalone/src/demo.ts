import { randomUUID } from 'node:crypto';
import { runDepot } from '@chargestream/charger-sim';
import { DEFAULT_TENANT, toBusRecord, tokenKey, TOPICS, type Intent } from '@chargestream/contracts';
import type { RunningStandalone } from './start-standalone';

/** Tokens of the demo: the ones the simulated depot presents. */
const DEMO_TAGS = Array.from({ length: 8 }, (_, index) => `DEMO-TAG-${index + 1}`);

/** Runs a small simulated depot against `standalone` until `signal` aborts. */
export async function runDemo(
  standalone: Pick<RunningStandalone, 'bus' | 'ocppUrl'>,
  chargers: number,
  signal: AbortSignal,
): Promise<void> {
  await standalone.bus.publish(DEMO_TAGS.map(putToken));
  await runDepot({
    url: standalone.ocppUrl,
    chargers,
    version: 'mixed',
    scenario: 'depot',
    idTokens: DEMO_TAGS,
    seed: 1,
    signal,
  });
}

function putToken(idToken: string) {
  const id = randomUUID();
  const intent: Intent = {
    id,
    type: 'PutToken',
    schemaVersion: 1,
    tenantId: DEFAULT_TENANT,
    chargerId: '',
    requestedAt: new Date().toISOString(),
    requestedBy: 'demo',
    correlationId: id,
    data: { idToken, type: 'ISO14443', status: 'ACCEPTED', expiresAt: null, groupId: 'DEMO-FLEET', cacheable: true },
  };
  const identity = { id, type: intent.type, source: '/standalone/demo' };
  return toBusRecord(TOPICS.intents, tokenKey(DEFAULT_TENANT, idToken), identity, intent);
}
