import {
  eventId,
  sessionKey,
  type ChargerEvent,
  type ChargerEventOf,
  type ChargerEventType,
  type MeterSample,
  type TransactionReported,
} from '@chargestream/contracts';

export const TENANT = 'default';
export const CHARGER = 'CP-1';

/** An envelope around a charger's event. The id follows from the data, as it does in connect, unless one is given. */
export function event<Type extends ChargerEventType>(
  type: Type,
  data: ChargerEventOf<Type>['data'],
  around: Partial<Omit<ChargerEventOf<Type>, 'type' | 'data'>> = {},
): ChargerEventOf<Type> {
  const occurredAt = around.occurredAt ?? at(0);
  const id = around.id ?? eventId(type, occurredAt, JSON.stringify(data));
  return {
    id,
    type,
    schemaVersion: 1,
    tenantId: TENANT,
    chargerId: CHARGER,
    correlationId: id,
    causationId: null,
    connectionEpoch: 1,
    ocppVersion: '1.6',
    ocppMessageId: 'm-1',
    occurredAt,
    receivedAt: occurredAt,
    data,
    ...around,
  } as ChargerEventOf<Type>;
}

/** Minutes after noon. */
export function at(minute: number): string {
  return new Date(Date.UTC(2026, 0, 1, 12, 0, 0) + minute * 60_000).toISOString();
}

export function context(cause: ChargerEvent) {
  return { causationId: cause.id, occurredAt: cause.occurredAt, receivedAt: cause.receivedAt };
}

/** A sample of the import register in Wh. */
export function register(valueWh: number | null, minute: number, more: Partial<MeterSample> = {}): MeterSample {
  return {
    timestamp: at(minute),
    measurand: 'Energy.Active.Import.Register',
    value: valueWh,
    unit: 'Wh',
    phase: null,
    location: null,
    context: 'Sample.Periodic',
    ...more,
  };
}

const NOTHING: TransactionReported = {
  kind: 'Updated',
  sessionKey: null,
  transactionId: '77',
  evseId: null,
  connectorId: null,
  token: null,
  authorizationStatus: null,
  seqNo: null,
  offline: false,
  triggerReason: null,
  chargingState: null,
  stoppedReason: null,
  meterWh: null,
  reservationId: null,
  remoteStartId: null,
  timeSpentChargingS: null,
  samples: [],
  payloadHash: '',
  clockImplausible: false,
};

type Report = ChargerEventOf<'TransactionReported'>;
type Around = Partial<Omit<Report, 'type' | 'data'>>;

/** 1.6 StartTransaction; `minute` is its time. */
export function start16(minute: number, data: Partial<TransactionReported> = {}, around: Around = {}): Report {
  const full: TransactionReported = {
    ...NOTHING,
    kind: 'Started',
    sessionKey: sessionKey(TENANT, CHARGER, 1, 'TAG', minute),
    evseId: 1,
    connectorId: 1,
    token: { idToken: 'TAG', type: null },
    authorizationStatus: 'Accepted',
    meterWh: 1_000,
    ...data,
  };
  return event('TransactionReported', full, { occurredAt: at(minute), ...around });
}

/** 1.6 StopTransaction. */
export function stop16(minute: number, data: Partial<TransactionReported> = {}, around: Around = {}): Report {
  const full: TransactionReported = { ...NOTHING, kind: 'Ended', meterWh: 5_000, stoppedReason: 'Local', ...data };
  return event('TransactionReported', full, { occurredAt: at(minute), ...around });
}

/** 2.x TransactionEvent, of transaction `tx` unless said otherwise. */
export function tx2(
  kind: TransactionReported['kind'],
  seqNo: number,
  minute: number,
  data: Partial<TransactionReported> = {},
  around: Around = {},
): Report {
  const transactionId = data.transactionId ?? 'tx';
  const full: TransactionReported = {
    ...NOTHING,
    kind,
    seqNo,
    transactionId,
    sessionKey: sessionKey(TENANT, CHARGER, transactionId),
    evseId: kind === 'Started' ? 1 : null,
    connectorId: kind === 'Started' ? 1 : null,
    ...data,
  };
  return event('TransactionReported', full, { occurredAt: at(minute), ocppVersion: '2.0.1', ...around });
}

/** 1.6 MeterValues of connector 1 and transaction 77. */
export function meterValues16(
  minute: number,
  samples: MeterSample[],
  data: Partial<ChargerEventOf<'MeterValuesReported'>['data']> = {},
): ChargerEventOf<'MeterValuesReported'> {
  const full = { evseId: 1, connectorId: 1, transactionId: '77', samples, payloadHash: '', ...data };
  return event('MeterValuesReported', full, { occurredAt: at(minute) });
}
