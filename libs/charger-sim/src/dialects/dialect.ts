import type { Reading } from '../charging-curve';
import type { OcppVersionName, SessionPhase } from '../journal';
import type {
  BootReason,
  ChargerIdentity,
  ConnectorStatus,
  Message,
  Payload,
  StartTrigger,
  StopCause,
} from '../message';

/** A session as its messages need it. */
export interface SessionFacts {
  /** 2.x: this is the transactionId. */
  sessionRef: string;
  connectorId: number;
  idToken: string;
  trigger: StartTrigger;
  remoteStartId?: number | undefined;
  phases: number;
  /** 1.6: told by the server in StartTransaction.conf; null until then, and for good if that was refused. */
  transactionId: number | null;
  /** 1.6: of the reservation this start uses. */
  reservationId?: number;
  /** 2.x: of the next TransactionEvent. */
  seqNo: number;
}

/** Something that happened in a session. */
export interface SessionMoment {
  phase: SessionPhase;
  /** Charger's clock, ISO 8601. */
  at: string;
  reading: Reading;
  /** The charger had no connection when it happened. */
  offline: boolean;
  stopCause?: StopCause;
}

/** A session message, ready to wait in the queue. */
export interface SessionMessage {
  action: string;
  naturalKey: string;
  payload(): Payload;
}

/** What one OCPP version makes of the same charger. */
export interface Dialect {
  version: OcppVersionName;
  boot(identity: ChargerIdentity, reason: BootReason): Message;
  heartbeat(): Message;
  authorize(idToken: string): Message;
  /** Status of the token in the answer to Authorize, StartTransaction or TransactionEvent; undefined when it says nothing. */
  tokenStatus(response: Payload): string | undefined;
  /** Undefined when this version does not report this status. Connector 0 is the charger itself. */
  status(connectorId: number, status: ConnectorStatus, at: string, errorCode?: string): Message | undefined;
  /** Takes a seqNo in 2.x; undefined when this version has no message for it. */
  session(facts: SessionFacts, moment: SessionMoment): SessionMessage | undefined;
  /** 1.6: the number the server gave to the session. */
  transactionIdOf(response: Payload): number | undefined;
  /** Meter values outside of a session, when asked for by TriggerMessage. */
  idleMeterValues(connectorId: number, at: string, reading: Reading): Message;
}
