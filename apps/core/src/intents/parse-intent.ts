import type { Intent } from '@chargestream/contracts';
import type { StoredRecord } from '@chargestream/event-bus';
import { PoisonError } from '../aggregates/poison-error';

const TYPES: Record<Intent['type'], true> = {
  RegisterCharger: true,
  UpdateCharger: true,
  SetChargerCredentials: true,
  RetireCharger: true,
  RecordUpload: true,
  PutToken: true,
  RemoveToken: true,
  PutChargingProfile: true,
  RemoveChargingProfile: true,
  SendCommand: true,
};

/** @throws PoisonError when the record is no intent of ours. Contents are api's to check; deciders refuse the rest. */
export function parseIntent(record: StoredRecord): Intent {
  let value: unknown;
  try {
    value = JSON.parse(record.value?.toString('utf8') ?? '');
  } catch (cause) {
    throw new PoisonError('The record is not JSON', { cause });
  }
  const intent = value as Partial<Intent> | null;
  if (typeof intent !== 'object' || intent === null) throw new PoisonError('The record is not a JSON object');
  if (typeof intent.type !== 'string' || !Object.hasOwn(TYPES, intent.type)) {
    throw new PoisonError(`Intents of type ${String(intent.type)} are not known to this version of core`);
  }
  const texts = [intent.id, intent.tenantId, intent.requestedAt, intent.correlationId];
  if (texts.some((text) => typeof text !== 'string' || text === '') || typeof intent.chargerId !== 'string') {
    throw new PoisonError('The intent has no id, tenantId, chargerId, requestedAt or correlationId');
  }
  if (typeof intent.data !== 'object' || intent.data === null) throw new PoisonError('The intent has no data');
  const isAboutToken = intent.type === 'PutToken' || intent.type === 'RemoveToken';
  if (isAboutToken && typeof (intent.data as { idToken?: unknown }).idToken !== 'string') {
    throw new PoisonError('The intent has no idToken');
  }
  const isAboutProfile = intent.type === 'PutChargingProfile' || intent.type === 'RemoveChargingProfile';
  const { chargingProfileId } = intent.data as { chargingProfileId?: unknown };
  if (isAboutProfile && !Number.isSafeInteger(chargingProfileId)) {
    throw new PoisonError('The intent has no chargingProfileId');
  }
  if (!isAboutToken && !isAboutProfile && intent.chargerId === '') throw new PoisonError('The intent has no chargerId');
  return intent as Intent;
}
