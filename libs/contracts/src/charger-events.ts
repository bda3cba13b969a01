import type { Envelope } from './envelope';
import type { MeterSample, PresentedToken } from './samples';

/** The vocabulary into which connect translates every OCPP version. Published to `csms.charger-events.v1`. */
export type ChargerEvent =
  | Envelope<'ChargerBooted', ChargerBooted>
  | Envelope<'ChargerSeen', Record<string, never>>
  | Envelope<'ConnectionOpened', ConnectionOpened>
  | Envelope<'ConnectionClosed', ConnectionClosed>
  | Envelope<'IdTokenPresented', IdTokenPresented>
  | Envelope<'ConnectorStatusReported', ConnectorStatusReported>
  | Envelope<'TransactionReported', TransactionReported>
  | Envelope<'MeterValuesReported', MeterValuesReported>
  | Envelope<'UnreadableTransactionReported', UnreadableTransactionReported>
  | Envelope<'ConfigurationReported', ConfigurationReported>
  | Envelope<'VariablesReported', VariablesReported>
  | Envelope<'DataTransferReceived', DataTransferReceived>
  | Envelope<'ConnectionTakenOver', ConnectionTakenOver>
  | Envelope<'CommandSent', CommandSent>
  | Envelope<'CommandFinished', CommandFinished>
  | Envelope<'CommandNotOwned', CommandNotOwned>;

export type ChargerEventType = ChargerEvent['type'];
export type ChargerEventOf<Type extends ChargerEventType> = Extract<ChargerEvent, { type: Type }>;

export type RegistrationStatus = 'ACCEPTED' | 'PENDING' | 'REJECTED';

export interface ChargerBooted {
  vendor: string | null;
  model: string | null;
  serialNumber: string | null;
  firmwareVersion: string | null;
  iccid: string | null;
  imsi: string | null;
  meterType: string | null;
  meterSerialNumber: string | null;
  /** 2.x BootReasonEnumType; null on 1.6. */
  bootReason: string | null;
  /** What connect answered. */
  registration: RegistrationStatus;
  intervalS: number;
}

/** Published twice: as the compacted connection record, and (with the epoch known) among the charger's events. */
export interface ConnectionOpened {
  instanceId: string;
  connectionId: string;
  securityProfile: 0 | 1 | 2 | 3;
  remoteAddress: string | null;
}

export interface ConnectionClosed {
  instanceId: string;
  connectionId: string;
  closeCode: number;
  reason: string;
}

/** Several takeovers within a short time: two stations with one id, or a link that flaps. */
export interface ConnectionTakenOver {
  takeovers: number;
  withinS: number;
  remoteAddresses: string[];
}

/** The statuses of both vocabularies: 1.6 AuthorizationStatus and 2.x AuthorizationStatusEnumType, as decided. */
export type AuthorizationStatus = 'Accepted' | 'Blocked' | 'Expired' | 'Invalid' | 'ConcurrentTx' | 'Unknown';

export interface IdTokenPresented extends PresentedToken {
  status: AuthorizationStatus;
}

export interface ConnectorStatusReported {
  /** On 1.6 the connectorId is the EVSE (0 is the charger itself). */
  evseId: number;
  /** On 1.6 always 1, or 0 for the charger itself. */
  connectorId: number;
  /** As the charger's version spells it: 1.6 `Available Preparing Charging…`, 2.x `Available Occupied…`. */
  status: string;
  errorCode: string | null;
  info: string | null;
  vendorId: string | null;
  vendorErrorCode: string | null;
  /** By the charger's clock; null when the message carries none. */
  reportedAt: string | null;
}

/**
 * StartTransaction, StopTransaction and TransactionEvent in one shape.
 * 1.6: Started carries `sessionKey` (from its natural key) and the derived transactionId; Ended has only the
 * transactionId, which the charger aggregate resolves to the session.
 */
export interface TransactionReported {
  kind: 'Started' | 'Updated' | 'Ended';
  /** 32 hex digits of the natural key (1.6: of StartTransaction; 2.x: tenant, charger, transactionId); null when unknown. */
  sessionKey: string | null;
  /** As on the wire; 1.6 integers in decimal. May be `-1` or `0` from a charger that never learnt it. */
  transactionId: string;
  evseId: number | null;
  connectorId: number | null;
  token: PresentedToken | null;
  /** What connect answered for the token; null when there was none. */
  authorizationStatus: AuthorizationStatus | null;
  /** 2.x only; null on 1.6. */
  seqNo: number | null;
  /** The charger says it happened while offline (2.x), or its time lies well before receipt (1.6). */
  offline: boolean;
  triggerReason: string | null;
  chargingState: string | null;
  stoppedReason: string | null;
  /** 1.6 meterStart or meterStop, Wh, as sent (may be negative); null in 2.x, where samples tell. */
  meterWh: number | null;
  reservationId: number | null;
  remoteStartId: number | null;
  timeSpentChargingS: number | null;
  samples: MeterSample[];
  /** SHA-256 of the payload, hex, first 32 digits: tells a repeat from a reuse. */
  payloadHash: string;
  /** The charger's clock was too far from ours to be believed; `occurredAt` is still what it said. */
  clockImplausible: boolean;
}

/** MeterValues, inside or outside a transaction. */
export interface MeterValuesReported {
  evseId: number;
  connectorId: number | null;
  /** As on the wire, null outside a transaction; 2.x MeterValues never carries one. */
  transactionId: string | null;
  samples: MeterSample[];
  payloadHash: string;
}

/**
 * A transaction message of which not even the identity could be read. It was answered as if it were valid, or the charger would
 * repeat and then drop it; somebody has to look at what it says.
 */
export interface UnreadableTransactionReported {
  /** `TransactionEvent`, `StartTransaction`, `StopTransaction` or `MeterValues`. */
  action: string;
  /** As it came, without secrets. */
  payload: unknown;
  /** Why it could not be read. */
  problem: string;
  /** SHA-256 of the payload, hex, first 32 digits. */
  payloadHash: string;
}

export interface ConfigurationKey {
  key: string;
  value: string | null;
  readonly: boolean;
}

/** What a 1.6 charger answered to GetConfiguration, or what it accepted by ChangeConfiguration. */
export interface ConfigurationReported {
  keys: ConfigurationKey[];
  unknownKeys: string[];
  /** True when it answered a request for every key. */
  complete: boolean;
}

export interface VariableReport {
  component: string;
  componentInstance: string | null;
  evseId: number | null;
  connectorId: number | null;
  variable: string;
  variableInstance: string | null;
  /** `Actual`, `Target`, `MinSet`, `MaxSet`. */
  attributeType: string;
  value: string | null;
  mutability: string | null;
  /** `string`, `integer`, `decimal`, `OptionList`…; null when not reported. */
  dataType: string | null;
  unit: string | null;
}

/** 2.x: NotifyReport, and the answers to GetVariables and accepted SetVariables. */
export interface VariablesReported {
  /** Of the report; null for GetVariables and SetVariables. */
  requestId: number | null;
  seqNo: number | null;
  more: boolean;
  variables: VariableReport[];
}

export interface DataTransferReceived {
  vendorId: string;
  messageId: string | null;
  data: unknown;
  /** What connect answered: `Accepted`, `Rejected`, `UnknownMessageId`, `UnknownVendorId`. */
  status: string;
}

/** The CALL was written to the charger's socket. */
export interface CommandSent {
  commandId: string;
  ocppAction: string;
  payload: unknown;
}

export type CommandOutcome = 'ACCEPTED' | 'REJECTED' | 'FAILED' | 'TIMED_OUT' | 'OFFLINE' | 'EXPIRED' | 'UNKNOWN';

export interface CommandError {
  /** An OCPP error code, or ours: `Offline`, `Expired`, `InvalidPayload`, `NotTranslatable`, `SocketClosed`. */
  code: string;
  message: string;
}

export interface CommandFinished {
  commandId: string;
  outcome: CommandOutcome;
  ocppAction: string | null;
  response: unknown;
  error: CommandError | null;
}

/** The inbox's instance no longer owns the charger's connection: look up the owner again. */
export interface CommandNotOwned {
  commandId: string;
  instanceId: string;
  epoch: number;
}
