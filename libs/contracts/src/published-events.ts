import type { AuthorizationStatus } from './charger-events';
import type { Envelope } from './envelope';
import type { MeterSample, PresentedToken } from './samples';
import type { SessionAnomaly } from './stored-events';

/*
 * What core publishes from the event store for others: billing, analytics, partners. Each record stands on its own; no
 * other topic is needed to understand it. Its id follows from the stored fact, so a record that is published again
 * anywhere has the same one. `occurredAt` is by the charger's clock, `receivedAt` by ours; `causationId` is the id of the
 * event on `csms.charger-events.v1` that caused it.
 */

/** Published to `csms.session-events.v1`, key `tenant/charger`, in the order in which core decided them. */
export type SessionEvent =
  | Envelope<'SessionStarted', SessionStartedEvent>
  | Envelope<'SessionUpdated', SessionUpdatedEvent>
  | Envelope<'SessionEnded', SessionEndedEvent>
  | Envelope<'SessionCorrected', SessionCorrectedEvent>
  | Envelope<'SessionAnomalyDetected', SessionAnomalyDetectedEvent>;

export type SessionEventType = SessionEvent['type'];
export type SessionEventOf<Type extends SessionEventType> = Extract<SessionEvent, { type: Type }>;

/** Published to `csms.meter-values.v1`, key `tenant/charger`. */
export type MeterEvent = Envelope<'MeterSamplesRecorded', MeterSamplesRecorded>;

/** Published to `csms.connector-status.v1`, compacted, key `tenant/charger/evse/connector`: the newest stays for ever. */
export type ConnectorStatusEvent = Envelope<'ConnectorStatusChanged', ConnectorStatusChanged>;

/**
 * Everything known of a session after an event, so that a consumer may keep just the newest of each session:
 * replace what you have under `sessionId` unless what you have has a higher `revision`.
 */
export interface PublishedSession {
  /** Identity of the session for ever, on any node. OCPP transactionIds are reused by chargers; this is not. */
  sessionId: string;
  /** Grows with every event of the session (with gaps); from the event store. */
  revision: number;
  state: 'ACTIVE' | 'ENDED';
  /** As on the wire; 1.6 integers in decimal. Empty when no message of the session carried one. */
  transactionId: string;
  /** On 1.6 the connectorId of the wire. Null while no message told it. */
  evseId: number | null;
  /** On 1.6 always 1. Null while no message told it. */
  connectorId: number | null;
  /** Who charges, newest told. Personal data. Null when the session has none (plug and charge not yet authorised, say). */
  token: PresentedToken | null;
  /** What the charger was answered for the token; null when it asked for none. */
  authorizationStatus: AuthorizationStatus | null;
  /** ISO 8601 UTC by the charger's clock. When `startKnown` is false, of the earliest sample or message that is known. */
  startedAt: string;
  /** ISO 8601 UTC by our clock: when the message that opened the session was received. */
  startReceivedAt: string;
  /** ISO 8601 UTC by the charger's clock; null while active. When the stop never came, of the last sign of life. */
  endedAt: string | null;
  /** ISO 8601 UTC by our clock: when the message that ended the session was received; null while active. */
  endReceivedAt: string | null;
  /** From `startedAt` to `endedAt`, seconds, never negative; null while active or when a time cannot be read. */
  durationS: number | null;
  /** Seconds in which energy was transferred, as the charger counts them (2.x only); null when it never told. */
  timeSpentChargingS: number | null;
  /** Import register at the start, Wh; null when the charger never told it. */
  meterStartWh: number | null;
  /** Import register at the end, Wh; null while active, or when no reading is known. */
  meterStopWh: number | null;
  /** Newest import register reading known, Wh; null when there never was one. */
  meterWh: number | null;
  /** Energy taken by the vehicle so far, Wh, never negative; final once ENDED but for corrections. Null while unknown. */
  energyWh: number | null;
  /** 2.x ChargingStateEnumType as last told: `Charging`, `EVConnected`, `SuspendedEV`, `SuspendedEVSE`, `Idle`; null on 1.6. */
  chargingState: string | null;
  /** Why it ended, as the charger's version spells it (`Local`, `EVDisconnected`…); null while active or when not told. */
  stopReason: string | null;
  /** Who stopped it, when the charger told. Personal data. */
  stopToken: PresentedToken | null;
  /** Null when there was no reservation. */
  reservationId: number | null;
  /** Of the remote start that began it (2.x); null otherwise. */
  remoteStartId: number | null;
  /** False when the start itself never reached us: start time and start meter are not the charger's word then. */
  startKnown: boolean;
  /** The charger was offline at the start and told it later. */
  offlineReplayed: boolean;
  /** True when it ended and something of it is missing: its start, its stop, or numbers of its sequence. */
  incomplete: boolean;
  /** 2.x: sequence numbers that never came, lowest first, at most 1,000; empty on 1.6. */
  missingSeqNos: number[];
  /** Every kind of thing that was wrong with it so far, in the order detected, each once. */
  anomalies: SessionAnomaly[];
}

/** A session began; what is known of its start by now. A start that comes late is told by SessionCorrected. */
export interface SessionStartedEvent {
  session: PublishedSession;
}

/**
 * Something but the meter has changed while the session runs. Meter readings alone are on `csms.meter-values.v1`;
 * the session's energy so far is there too.
 */
export interface SessionUpdatedEvent {
  session: PublishedSession;
  /** Fields of `session` that differ from before, never empty; meter, energy and `timeSpentChargingS` are not counted. */
  changed: PublishedSessionField[];
  /** 2.x TriggerReasonEnumType of the message; null on 1.6. */
  triggerReason: string | null;
  /** 2.x sequence number of the message; null on 1.6. */
  seqNo: number | null;
}

/** The session is a closed book: `session` has its totals. Later only corrections come. */
export interface SessionEndedEvent {
  session: PublishedSession;
}

/** A late message told what was missing or wrong, before the end (a start that comes late) or after it. */
export interface SessionCorrectedEvent {
  session: PublishedSession;
  /**
   * `StartArrivedLate`, `StopArrivedLate`, `GapFilled`, `LateMessage`, or `EventAfterEnd` (it is kept and changes no
   * totals).
   */
  reason: string;
  /** Names of the fields of `session` that differ from before, `revision` left out; empty when nothing billed changed. */
  changed: PublishedSessionField[];
  /** Energy as it was before this correction, Wh: what an invoice may have been made of. */
  previousEnergyWh: number | null;
  /** 2.x sequence number of the late message; null on 1.6. */
  seqNo: number | null;
}

/** Something is odd about the session. It is told, never hidden; whether it is billed is the consumer's to decide. */
export interface SessionAnomalyDetectedEvent {
  session: PublishedSession;
  anomaly: SessionAnomaly;
  /** For people, in English. */
  detail: string;
}

export type PublishedSessionField = Exclude<keyof PublishedSession, 'sessionId' | 'revision'>;

/**
 * The samples of one message of a charger, each message once. The same reading may come in two messages of a session:
 * 1.6 StopTransaction repeats earlier samples in its transactionData. Sum up `session.energyWh` of session events rather
 * than samples where money is concerned.
 */
export interface MeterSamplesRecorded {
  /** Null when the samples belong to no session. */
  sessionId: string | null;
  /** As on the wire; null when the samples belong to no session. */
  transactionId: string | null;
  /** On 1.6 the connectorId of the wire; 0 is the meter of the whole charger. Null while no message of the session told it. */
  evseId: number | null;
  /** Null when the charger did not tell it. */
  connectorId: number | null;
  /** Who charges. Personal data. Null outside a session and when the session has none. */
  token: PresentedToken | null;
  /** True when they came after the session's end: a late message, or what should not have come. */
  afterEnd: boolean;
  /** Energy of the session with these samples taken in, Wh; null outside a session or while unknown. */
  energyWh: number | null;
  /** As the charger ordered them; never empty. */
  samples: PublishedMeterSample[];
}

/** One sampled value in base units. */
export interface PublishedMeterSample extends Omit<MeterSample, 'raw'> {
  /** The value as the charger wrote it where `value` does not say it all (signed data, what is no number); else null. */
  raw: string | null;
}

export type ConnectorAvailability = 'Available' | 'Occupied' | 'Reserved' | 'Unavailable' | 'Faulted';

/** The status of a connector, or of the whole charger, as last told. */
export interface ConnectorStatusChanged {
  /** On 1.6 the connectorId of the wire; 0 is the charger itself. */
  evseId: number;
  /** On 1.6 always 1, or 0 for the charger itself. */
  connectorId: number;
  /** As the charger's version spells it: 1.6 `Preparing`, `Charging`, `SuspendedEV`…; 2.x `Occupied`… */
  status: string;
  /** The same for all versions, in the words of 2.x; null when the charger's word is none of its specification. */
  availability: ConnectorAvailability | null;
  /** 1.6 ChargePointErrorCode, `NoError` when all is well; null on 2.x. */
  errorCode: string | null;
  /** In the charger's own words; null when it did not tell. */
  info: string | null;
  /** Whose `vendorErrorCode` it is; null when not told. */
  vendorId: string | null;
  /** Null when not told. */
  vendorErrorCode: string | null;
  /** Since when, ISO 8601 UTC by the charger's clock; null when it did not tell. `receivedAt` is by ours. */
  reportedAt: string | null;
}
