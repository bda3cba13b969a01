import { chargerKey, chargerStream, commandStream, tokenKey, tokenStream, type Intent } from '@chargestream/contracts';
import {
  chargerDecider,
  commandDecider,
  isRejection,
  reject,
  tokenDecider,
  type Rejection,
} from '@chargestream/domain';
import type { StoredRecord } from '@chargestream/event-bus';
import type { AggregateStore } from '../aggregates/aggregate-store';
import { metadataOfIntent } from '../aggregates/metadata';
import { PoisonError } from '../aggregates/poison-error';
import { decideAndAppend, type UnitOfWork } from '../aggregates/unit-of-work';
import type { DeadLetters } from '../dead-letters';
import type { IntentOutcomes } from './intent-outcomes';
import { parseIntent } from './parse-intent';

export interface IntentsOptions {
  aggregates: AggregateStore;
  deadLetters: DeadLetters;
  outcomes: IntentOutcomes;
  pause: (ms: number) => Promise<void>;
  clock: () => number;
  /** Told of a command that is requested, once that is stored. */
  onCommandRequested: (intent: Extract<Intent, { type: 'SendCommand' }>) => void;
  /** Resolves when read model and tables show all that is stored now. */
  everythingShown: () => Promise<void>;
}

/** What an intent came to: facts waiting to be seen, nothing new, or a refusal. */
type Outcome = 'changed' | 'unchanged' | Rejection;

/** Takes a batch of intents: side by side for different chargers and tokens, one after the other for the same. */
export async function handleIntents(options: IntentsOptions, records: readonly StoredRecord[]): Promise<void> {
  const parked = options.deadLetters.batch();
  const groups = new Map<string, { intent: Intent; record: StoredRecord }[]>();
  for (const record of records) {
    try {
      const intent = parseIntent(record);
      const key = subjectOf(intent);
      groups.set(key, [...(groups.get(key) ?? []), { intent, record }]);
    } catch (error) {
      parked.park(record, error);
    }
  }
  const outcomes = await Promise.allSettled(
    [...groups.values()].map(async (intents) => {
      for (const { intent, record } of intents) {
        try {
          await handleIntent(options, intent);
        } catch (error) {
          if (!(error instanceof PoisonError)) throw error;
          parked.park(record, error);
        }
      }
    }),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  await parked.flush();
}

function subjectOf(intent: Intent): string {
  return intent.type === 'PutToken' || intent.type === 'RemoveToken'
    ? `token ${tokenKey(intent.tenantId, intent.data.idToken)}`
    : `charger ${chargerKey(intent.tenantId, intent.chargerId)}`;
}

async function handleIntent(options: IntentsOptions, intent: Intent): Promise<void> {
  const { aggregates, pause, outcomes } = options;
  outcomes.expect(intent);
  let outcome: Outcome;
  try {
    outcome = await decideAndAppend(aggregates, pause, (unit) => decideIntent(unit, intent, options.clock));
  } catch (error) {
    outcomes.forget(intent);
    throw error;
  }
  if (typeof outcome === 'object') return outcomes.rejected(intent, outcome);
  if (intent.type === 'SendCommand') options.onCommandRequested(intent);
  if (outcome === 'changed') return;
  // Nothing to append: it is so already, but perhaps not shown yet. Others need not wait for that.
  outcomes.forget(intent);
  void options.everythingShown().then(
    () => outcomes.applied(intent),
    () => undefined,
  );
}

async function decideIntent(unit: UnitOfWork, intent: Intent, clock: () => number): Promise<Outcome> {
  const metadata = metadataOfIntent(intent, new Date(clock()).toISOString());
  const charger = chargerStream(intent.tenantId, intent.chargerId);
  switch (intent.type) {
    case 'PutToken':
    case 'RemoveToken': {
      const stream = tokenStream(intent.tenantId, intent.data.idToken);
      return outcomeOf(await unit.decide(tokenDecider, stream, intent, metadata));
    }
    case 'SendCommand': {
      const { status } = await unit.state(chargerDecider, charger);
      if (status === 'unknown') return reject('NOT_FOUND', `There is no charger ${intent.chargerId}.`);
      if (status === 'retired') return reject('CONFLICT', `Charger ${intent.chargerId} is retired.`);
      if (Number.isNaN(Date.parse(intent.data.expiresAt))) {
        return reject('BAD_INPUT', 'expiresAt must be an ISO 8601 time, e.g. 2026-01-01T12:00:00Z.');
      }
      return outcomeOf(
        await unit.decide(commandDecider, commandStream(intent.id), { kind: 'request', intent }, metadata),
      );
    }
    case 'RegisterCharger':
    case 'UpdateCharger':
    case 'SetChargerCredentials':
    case 'RetireCharger':
      return outcomeOf(await unit.decide(chargerDecider, charger, { kind: 'intent', intent }, metadata));
    default:
      throw new PoisonError(`Unknown intent ${JSON.stringify(intent satisfies never)}`);
  }
}

function outcomeOf(decision: Parameters<typeof isRejection>[0]): Outcome {
  if (isRejection(decision)) return decision;
  return decision.length > 0 ? 'changed' : 'unchanged';
}
