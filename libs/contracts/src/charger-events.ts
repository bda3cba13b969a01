import type { Envelope } from './envelope';
import type {
  CertificateSigningRequested,
  CertificatesReported,
  FirmwareStatusReported,
  LocalListVersionReported,
  LogStatusReported,
  SecurityEventReported,
} from './maintenance-events';
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
  | Envelope<'FirmwareStatusReported', FirmwareStatusReported>
  | Envelope<'LogStatusReported', LogStatusReported>
  | Envelope<'SecurityEventReported', SecurityEventReported>
  | Envelope<'CertificateSigningRequested', CertificateSigningRequested>
  | Envelope<'CertificatesReported', CertificatesReported>
  | Envelope<'LocalListVersionReported', LocalListVersionReported>
  | Envelope<'ConnectionTakenOver', ConnectionTakenOver>
  | Envelope<'CommandSent', CommandSent>
  | Envelope<'CommandFinished', CommandFinished>
  | Envelope<'CommandNotOwned', CommandNotOwned>;

export type ChargerEventType = ChargerEvent['type'];
export type ChargerEventOf<Type extends ChargerEventType> = Extract<ChargerEvent, { type: Type }>;

export type RegistrationStatus = 'ACCEPTED' | 'PENDING' | 'REJECTED';

/** A BootNotification, and what it was answered. What the charger did not tell is null. */
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
  /** Heartbeat interval that was answered, or after how long to boot again, seconds. */
  intervalS: number;
}

/** Published twice: as the compacted connection record, and (with the epoch known) among the charger's events. */
export interface ConnectionOpened {
  /** Of connect; stable across restarts. */
  instanceId: string;
  /** UUID, new for each connection. */
  connectionId: string;
  /** Of OCPP: 0 none, 1 Basic, 2 TLS and Basic, 3 TLS with a client's certificate. */
  securityProfile: 0 | 1 | 2 | 3;
  /** IP address as connect sees it; null when it is not known. */
  remoteAddress: string | null;
  /** It came with the password that was last set at the charger: the one before is done with. */
  passwordRenewed?: true;
}

/** A connection ended, or is taken to have ended because its instance is lost. */
export interface ConnectionClosed {
  /** Of connect; stable across restarts. */
  instanceId: string;
  /** As in ConnectionOpened. */
  connectionId: string;
  /** WebSocket close code (RFC 6455 §7.4); 1006 when the connection was lost. */
  closeCode: number;
  /** For people; may be empty. */
  reason: string;
}

/** Several takeovers within a short time: two stations with one id, or a link that flaps. */
export interface ConnectionTakenOver {
  /** How many there were. */
  takeovers: number;
  /** In how many seconds. */
  withinS: number;
  /** IP addresses that took part. */
  remoteAddresses: string[];
}

/** The statuses of both vocabularies: 1.6 AuthorizationStatus and 2.x AuthorizationStatusEnumType, as decided. */
export type AuthorizationStatus = 'Accepted' | 'Blocked' | 'Expired' | 'Invalid' | 'ConcurrentTx' | 'Unknown';

/** Somebody wants to charge: an Authorize, and what it was answered. Personal data. */
export interface IdTokenPresented extends PresentedToken {
  /** What connect answered. */
  status: AuthorizationStatus;
}

/** A StatusNotification. What the charger did not tell is null. */
export interface ConnectorStatusReported {
  /** On 1.6 the connectorId is the EVSE (0 is the charger itself). */
  evseId: number;
  /** On 1.6 always 1, or 0 for the charger itself. */
  connectorId: number;
  /** As the charger's version spells it: 1.6 `Available Preparing Charging…`, 2.x `Available Occupied…`. */
  status: string;
  /** 1.6 ChargePointErrorCode; null on 2.x. */
  errorCode: string | null;
  /** In the charger's own words. */
  info: string | null;
  vendorId: string | null;
  vendorErrorCode: string | null;
  /** ISO 8601 UTC by the charger's clock; null when the message carries none. */
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
  /** On 1.6 the connectorId of the wire; null when the message does not tell. */
  evseId: number | null;
  /** On 1.6 always 1; null when the message does not tell. */
  connectorId: number | null;
  /** Personal data. Null when the message carries none. */
  token: PresentedToken | null;
  /** What connect answered for the token; null when there was none. */
  authorizationStatus: AuthorizationStatus | null;
  /** 2.x only; null on 1.6. */
  seqNo: number | null;
  /** The charger says it happened while offline (2.x), or its time lies well before receipt (1.6). */
  offline: boolean;
  /** 2.x TriggerReasonEnumType; null on 1.6. */
  triggerReason: string | null;
  /** 2.x ChargingStateEnumType; null on 1.6 and when not told. */
  chargingState: string | null;
  /** As the charger's version spells it; null before the end and when not told. */
  stoppedReason: string | null;
  /** 1.6 meterStart or meterStop, Wh, as sent (may be negative); null in 2.x, where samples tell. */
  meterWh: number | null;
  /** Null when there was no reservation. */
  reservationId: number | null;
  /** Of the remote start that began it (2.x); null otherwise. */
  remoteStartId: number | null;
  /** Seconds in which energy was transferred, as the charger counts them (2.x); null when not told. */
  timeSpentChargingS: number | null;
  /** As the charger ordered them; may be empty. */
  samples: MeterSample[];
  /** SHA-256 of the payload, hex, first 32 digits: tells a repeat from a reuse. */
  payloadHash: string;
  /** The charger's clock was too far from ours to be believed; `occurredAt` is still what it said. */
  clockImplausible: boolean;
}

/** MeterValues, inside or outside a transaction. */
export interface MeterValuesReported {
  /** On 1.6 the connectorId of the wire; 0 is the meter of the whole charger. */
  evseId: number;
  /** Null when the charger did not tell it. */
  connectorId: number | null;
  /** As on the wire, null outside a transaction; 2.x MeterValues never carries one. */
  transactionId: string | null;
  /** As the charger ordered them. */
  samples: MeterSample[];
  /** SHA-256 of the payload, hex, first 32 digits: tells a repeat from a reuse. */
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
  /** Null when the charger gave none. */
  value: string | null;
  readonly: boolean;
}

/** What a 1.6 charger answered to GetConfiguration, or what it accepted by ChangeConfiguration. */
export interface ConfigurationReported {
  keys: ConfigurationKey[];
  /** What it was asked for and does not know. */
  unknownKeys: string[];
  /** True when it answered a request for every key. */
  complete: boolean;
  /** The charger was told these values, and took them. */
  changed?: true;
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
  /** Number of this part of the report, from 0; null for GetVariables and SetVariables. */
  seqNo: number | null;
  /** More parts of the report are to come. */
  more: boolean;
  variables: VariableReport[];
}

/** A DataTransfer from the charger. */
export interface DataTransferReceived {
  vendorId: string;
  /** Null when the charger sent none. */
  messageId: string | null;
  /** Whatever the vendor means by it; null when there was none. */
  data: unknown;
  /** What connect answered: `Accepted`, `Rejected`, `UnknownMessageId`, `UnknownVendorId`. */
  status: string;
}

/** The CALL was written to the charger's socket. */
export interface CommandSent {
  /** UUID. */
  commandId: string;
  /** Of the CALL, e.g. `RemoteStartTransaction`. */
  ocppAction: string;
  /** Of the CALL, secrets redacted. */
  payload: unknown;
}

export type CommandOutcome = 'ACCEPTED' | 'REJECTED' | 'FAILED' | 'TIMED_OUT' | 'OFFLINE' | 'EXPIRED' | 'UNKNOWN';

export interface CommandError {
  /** An OCPP error code, or ours: `Offline`, `Expired`, `InvalidPayload`, `NotTranslatable`, `SocketClosed`. */
  code: string;
  message: string;
}

/** A command has come to its end. */
export interface CommandFinished {
  /** UUID. */
  commandId: string;
  outcome: CommandOutcome;
  /** Of the CALL; null when none was made. */
  ocppAction: string | null;
  /** Payload of the CALLRESULT, secrets redacted; null when there was none. */
  response: unknown;
  /** Null when the charger answered with a CALLRESULT. */
  error: CommandError | null;
}

/** The inbox's instance no longer owns the charger's connection: look up the owner again. */
export interface CommandNotOwned {
  /** UUID. */
  commandId: string;
  /** Of connect: who answers. */
  instanceId: string;
  /** Of the connection that the command was for. */
  epoch: number;
}
