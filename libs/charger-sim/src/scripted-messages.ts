import type { Payload } from './message';

export interface StartOptions {
  connectorId?: number;
  idTag?: string;
  meterStart?: number;
  timestamp?: string;
}

export interface StopOptions {
  transactionId: number;
  meterStop?: number;
  timestamp?: string;
  [field: string]: unknown;
}

export interface MeterOptions {
  connectorId?: number;
  transactionId?: number;
  timestamp?: string;
  registerWh?: number;
  powerW?: number;
  socPercent?: number;
}

export interface TransactionEventOptions {
  eventType: 'Started' | 'Updated' | 'Ended';
  transactionId: string;
  seqNo: number;
  triggerReason?: string;
  timestamp?: string;
  evseId?: number;
  idToken?: string;
  /** Puts an energy register reading into the event. */
  registerWh?: number;
  powerW?: number;
  socPercent?: number;
  offline?: boolean;
  /** More of transactionInfo, e.g. chargingState, stoppedReason. */
  transactionInfo?: Payload;
  [field: string]: unknown;
}

const DEFAULT_TRIGGERS = { Started: 'Authorized', Updated: 'MeterValuePeriodic', Ended: 'StopAuthorized' } as const;

function samples({ registerWh, powerW, socPercent }: Pick<MeterOptions, 'registerWh' | 'powerW' | 'socPercent'>) {
  return [
    { value: registerWh, measurand: 'Energy.Active.Import.Register', unit: 'Wh' },
    { value: powerW, measurand: 'Power.Active.Import', unit: 'W' },
    { value: socPercent, measurand: 'SoC', unit: 'Percent' },
  ].flatMap(({ value, ...sample }) => (value === undefined ? [] : [{ value, ...sample }]));
}

/** 1.6 MeterValues. */
export function meterValuesPayload(options: MeterOptions, now: string): Payload {
  const { connectorId = 1, transactionId, timestamp = now, ...values } = options;
  const sampledValue = samples(values).map((sample) => ({ ...sample, value: String(sample.value) }));
  return {
    connectorId,
    ...(transactionId !== undefined && { transactionId }),
    meterValue: [{ timestamp, sampledValue }],
  };
}

/** 2.x TransactionEvent. */
export function transactionEventPayload(options: TransactionEventOptions, now: string): Payload {
  const { eventType, transactionId, seqNo, evseId = 1, idToken, transactionInfo, ...rest } = options;
  const { registerWh, powerW, socPercent, timestamp = now, triggerReason, ...more } = rest;
  const sampledValue = samples({ registerWh, powerW, socPercent }).map(({ unit, ...sample }) => ({
    ...sample,
    unitOfMeasure: { unit },
  }));
  return {
    eventType,
    timestamp,
    triggerReason: triggerReason ?? DEFAULT_TRIGGERS[eventType],
    seqNo,
    transactionInfo: { transactionId, ...transactionInfo },
    evse: { id: evseId, connectorId: 1 },
    ...(idToken !== undefined && { idToken: { idToken, type: 'ISO14443' } }),
    ...(sampledValue.length > 0 && { meterValue: [{ timestamp, sampledValue }] }),
    ...more,
  };
}
