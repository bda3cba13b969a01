import type { OcppVersion } from '../versions';
import type { PayloadKind } from './validators';

/** Which payload is being judged. */
export interface Subject {
  readonly version: OcppVersion;
  readonly action: string;
  readonly kind: PayloadKind;
}

const TRANSACTION_ACTIONS: ReadonlySet<string> = new Set([
  'StartTransaction',
  'StopTransaction',
  'MeterValues',
  'TransactionEvent',
]);

/**
 * A CALLERROR to one of these makes a charger repeat it a few times and then throw it away (1.6 §3.7.1
 * TransactionMessageAttempts, 2.0.1 E13): what can be read of it is worth more than a well-formed refusal.
 */
export function isTransactionMessage({ action, kind }: Subject): boolean {
  return kind === 'request' && TRANSACTION_ACTIONS.has(action);
}

/**
 * What stands for a value that is missing (or unreadable) in a transaction message, where OCPP requires one: neutral values
 * that cannot be mistaken for a reading. The identity of a 2.x event has none: without it the message is unreadable.
 */
const FILLERS: Readonly<Record<string, () => unknown>> = {
  // 2.0.1 part 2 TriggerReasonEnumType: AbnormalCondition is "an Abnormal Error or Fault Condition has occurred".
  triggerReason: () => 'AbnormalCondition',
  timestamp: () => '', // whoever reads it falls back on the time of receipt
  meterValue: () => [],
  sampledValue: () => [],
  connectorId: () => 0,
  evseId: () => 0,
  idTag: () => '',
  meterStart: () => -1,
  meterStop: () => -1,
  transactionId: () => -1, // as chargers themselves do after an offline start
};
/** Only where losing the property loses the message; elsewhere the object that lacks it is dropped. */
const FILLED_AT: Readonly<Record<string, RegExp>> = {
  StartTransaction: /^\/(connectorId|idTag|meterStart|timestamp)$/,
  StopTransaction: /^\/(transactionId|meterStop|timestamp)$/,
  MeterValues: /^\/(connectorId|evseId|meterValue)$|^\/meterValue\/\d+\/(timestamp|sampledValue)$/,
  TransactionEvent: /^\/(triggerReason|timestamp)$|^\/meterValue\/\d+\/(timestamp|sampledValue)$/,
};

/** @returns the filler for the missing property at `path`, or undefined when there is none */
export function fillerFor(subject: Subject, path: string, property: string): { value: unknown } | undefined {
  if (subject.kind !== 'request' || !FILLED_AT[subject.action]?.test(path)) return undefined;
  const filler = FILLERS[property];
  return filler && { value: filler() };
}

/** An unknown value of these says nothing that could be acted on; of any other enumeration it is kept as received. */
export function mustBeKnown(subject: Subject, path: string): boolean {
  return subject.action === 'TransactionEvent' && path === '/eventType';
}

/** What an unknown value of an enumeration counts as, where OCPP has a value for that. */
export function otherValue(subject: Subject, path: string): string | undefined {
  return subject.version === '1.6' && subject.action === 'StatusNotification' && path === '/errorCode'
    ? 'OtherError'
    : undefined;
}

/** A 1.6 transactionId no double can hold cannot be answered or stored as a number: such a charger never got one from us. */
export function hasUnsafeTransactionId({ version, action, kind }: Subject, payload: unknown): boolean {
  if (version !== '1.6' || kind !== 'request' || (action !== 'MeterValues' && action !== 'StopTransaction'))
    return false;
  const { transactionId } = payload as { transactionId?: unknown };
  return typeof transactionId === 'number' && !Number.isSafeInteger(transactionId);
}

/** What a response says besides its status means nothing unless that is Accepted; chargers fill it with anything. */
export function propertiesWithoutMeaning({ action, kind }: Subject, payload: Record<string, unknown>): string[] {
  if (action !== 'GetCompositeSchedule' || kind !== 'response') return [];
  if (typeof payload['status'] !== 'string' || payload['status'] === 'Accepted') return [];
  return Object.keys(payload).filter((key) => !['status', 'statusInfo', 'customData'].includes(key));
}

/** Longest texts we keep, in characters, where four times the schema's limit (and 255 for identifiers) is not enough. */
const LONGEST: Readonly<Record<string, number>> = {
  signedMeterData: 32_768, // 2.0.1 allows 2500, 2.1 this much
  exiResponse: 32_768,
  exiRequest: 32_768,
};

export function longestKept(property: string, limit: number): number {
  return (Object.hasOwn(LONGEST, property) ? LONGEST[property] : undefined) ?? Math.max(255, 4 * limit);
}
