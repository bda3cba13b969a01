import { chargerKey, type ChargerEvent, type ChargerEventType } from '@chargestream/contracts';
import type { StoredRecord } from '@chargestream/event-bus';
import { PoisonError } from '../aggregates/poison-error';

const TYPES: Record<ChargerEventType, true> = {
  ChargerBooted: true,
  ChargerSeen: true,
  ConnectionOpened: true,
  ConnectionClosed: true,
  IdTokenPresented: true,
  ConnectorStatusReported: true,
  TransactionReported: true,
  MeterValuesReported: true,
  UnreadableTransactionReported: true,
  ConfigurationReported: true,
  VariablesReported: true,
  DataTransferReceived: true,
  FirmwareStatusReported: true,
  LogStatusReported: true,
  SecurityEventReported: true,
  CertificateSigningRequested: true,
  CertificatesReported: true,
  LocalListVersionReported: true,
  ConnectionTakenOver: true,
  CommandSent: true,
  CommandFinished: true,
  CommandNotOwned: true,
};

const TEXTS = ['id', 'tenantId', 'chargerId', 'correlationId', 'occurredAt', 'receivedAt'] as const;

/**
 * The event in a record. Only what core itself relies on is checked; what a decider cannot bear shows there.
 * @throws PoisonError when it is no event of ours.
 */
export function parseChargerEvent(record: StoredRecord): ChargerEvent {
  let value: unknown;
  try {
    value = JSON.parse(record.value?.toString('utf8') ?? '');
  } catch (cause) {
    throw new PoisonError('The record is not JSON', { cause });
  }
  if (!isObject(value)) throw new PoisonError('The record is not a JSON object');
  for (const name of TEXTS) {
    if (typeof value[name] !== 'string' || value[name] === '') throw new PoisonError(`The event has no ${name}`);
  }
  if (typeof value.type !== 'string' || !Object.hasOwn(TYPES, value.type)) {
    throw new PoisonError(`Events of type ${String(value.type)} are not known to this version of core`);
  }
  if (!isObject(value.data)) throw new PoisonError('The event has no data');
  const event = value as unknown as ChargerEvent;
  if (chargerKey(event.tenantId, event.chargerId) !== record.key) {
    throw new PoisonError(`The event is of ${event.tenantId}/${event.chargerId}, its key is ${record.key}`);
  }
  return event;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
