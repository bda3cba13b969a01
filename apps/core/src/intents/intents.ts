import {
  chargerKey,
  chargerStream,
  chargingProfileStream,
  commandStream,
  tokenKey,
  tokenStream,
  type Intent,
} from '@chargestream/contracts';
import {
  chargerDecider,
  chargingProfileDecider,
  commandDecider,
  isRejection,
  reject,
  tokenDecider,
  type Rejection,
} from '@chargestream/domain';
import type { StoredRecord } from '@chargestream/event-bus';
import { hashPassword } from '@chargestream/service-kit';
import type { AggregateStore } from '../aggregates/aggregate-store';
import { metadataOfIntent } from '../aggregates/metadata';
import { PoisonError } from '../aggregates/poison-error';
import { decideAndAppend, type UnitOfWork } from '../aggregates/unit-of-work';
import type { DeadLetters } from '../dead-letters';
import type { IntentOutcomes } from './intent-outcomes';
import { newPasswordIn } from '../commands/new-password';
import { withoutSecrets } from '../commands/secrets';
import { requestReservation } from '../reservations/decide-reservation';
import { parseIntent } from './parse-intent';

export interface IntentsOptions {
  aggregates: AggregateStore;
  deadLetters: DeadLetters;
  outcomes: IntentOutcomes;
  pause: (ms: number) => Promise<void>;
  clock: () => number;
}

const ANSWER_MS = 1_000;

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
  const answers: Promise<void>[] = [];
  const outcomes = await Promise.allSettled(
    [...groups.values()].map(async (intents) => {
      for (const { intent, record } of intents) {
        try {
          answers.push(...(await handleIntent(options, intent)));
          parked.handled(record);
        } catch (error) {
          if (!(error instanceof PoisonError)) throw error;
          parked.park(record, error);
        }
      }
    }),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  await parked.flush();
  // Until the offsets are committed another core would answer if this one died; but nobody's intents wait long for that.
  if (answers.length > 0) await Promise.race([Promise.all(answers), options.pause(ANSWER_MS)]);
}

function subjectOf(intent: Intent): string {
  switch (intent.type) {
    case 'PutToken':
    case 'RemoveToken':
      return `token ${tokenKey(intent.tenantId, intent.data.idToken)}`;
    case 'PutChargingProfile':
    case 'RemoveChargingProfile':
      return streamOf(intent);
    default:
      return `charger ${chargerKey(intent.tenantId, intent.chargerId)}`;
  }
}

/** @returns the answers under way: what they wait for may be away. */
async function handleIntent(options: IntentsOptions, intent: Intent): Promise<Promise<void>[]> {
  const { aggregates, pause, outcomes, clock } = options;
  // What other cores appended for other intents of this charger or token must be seen before saying that nothing is new.
  // A command last: what it asks for shows as soon as it does itself.
  const last = intent.type === 'SendCommand' ? streamOf(intent) : undefined;
  const outcome = await decideAndAppend(aggregates, pause, (unit) => decideIntent(unit, intent, clock), {
    asOf: 'newest',
    last,
  });
  if (typeof outcome === 'object') await outcomes.rejected(intent, outcome);
  return outcome === 'unchanged' ? [outcomes.unchanged(intent, streamOf(intent))] : [];
}

/** Where an intent has its effect. */
function streamOf(intent: Intent): string {
  switch (intent.type) {
    case 'SendCommand':
      return commandStream(intent.id);
    case 'PutToken':
    case 'RemoveToken':
      return tokenStream(intent.tenantId, intent.data.idToken);
    case 'PutChargingProfile':
    case 'RemoveChargingProfile':
      return chargingProfileStream(intent.tenantId, intent.data.chargingProfileId);
    default:
      return chargerStream(intent.tenantId, intent.chargerId);
  }
}

async function decideIntent(unit: UnitOfWork, intent: Intent, clock: () => number): Promise<Outcome> {
  const metadata = metadataOfIntent(intent, new Date(clock()).toISOString());
  const charger = chargerStream(intent.tenantId, intent.chargerId);
  switch (intent.type) {
    case 'PutToken':
    case 'RemoveToken':
      return outcomeOf(await unit.decide(tokenDecider, streamOf(intent), intent, metadata));
    case 'PutChargingProfile': {
      const put = { kind: 'put', id: intent.id, profile: intent.data } as const;
      return outcomeOf(await unit.decide(chargingProfileDecider, streamOf(intent), put, metadata));
    }
    case 'RemoveChargingProfile': {
      const { chargingProfileId } = intent.data;
      const remove = { kind: 'remove', id: intent.id, chargingProfileId } as const;
      return outcomeOf(await unit.decide(chargingProfileDecider, streamOf(intent), remove, metadata));
    }
    case 'SendCommand': {
      const { status } = await unit.state(chargerDecider, charger);
      if (status === 'unknown') return reject('NOT_FOUND', `There is no charger ${intent.chargerId}.`);
      if (status === 'retired') return reject('CONFLICT', `Charger ${intent.chargerId} is retired.`);
      if (Number.isNaN(Date.parse(intent.data.expiresAt))) {
        return reject('BAD_INPUT', 'expiresAt must be an ISO 8601 time, e.g. 2026-01-01T12:00:00Z.');
      }
      const { command } = intent.data;
      // Whatever callCharger sends reaches the wire.
      const asked = { commandId: intent.id, command, refusable: command.kind !== 'CALL_CHARGER' };
      const refused = await requestReservation(unit, asked, metadata);
      if (refused !== null) return refused;
      const password = newPasswordIn(command);
      // Made while the password is at hand: what is stored has none.
      const secrets = password === null ? {} : { newPasswordHash: await hashPassword(password) };
      const request = { ...withoutSecrets(intent), ...secrets };
      return outcomeOf(await unit.decide(commandDecider, streamOf(intent), request, metadata));
    }
    case 'RegisterCharger':
    case 'UpdateCharger':
    case 'SetChargerCredentials':
    case 'RetireCharger':
    case 'RecordUpload':
      return outcomeOf(await unit.decide(chargerDecider, charger, { kind: 'intent', intent }, metadata));
    default:
      throw new PoisonError(`Unknown intent ${JSON.stringify(intent satisfies never)}`);
  }
}

function outcomeOf(decision: Parameters<typeof isRejection>[0]): Outcome {
  if (isRejection(decision)) return decision;
  return decision.length > 0 ? 'changed' : 'unchanged';
}
