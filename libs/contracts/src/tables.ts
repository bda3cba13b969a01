import type { ProtocolVersion } from './envelope';
import type { RegistrationStatus } from './charger-events';
import type { ChargerCredentials, PutToken } from './intents';

/** Value in the compacted topic `csms.registry.v1`: all that connect knows of a charger. Written by core only. */
export interface RegistryEntry {
  tenantId: string;
  chargerId: string;
  /** What its BootNotification is answered. */
  registration: RegistrationStatus;
  /** Null: it connects without. */
  credentials: ChargerCredentials | null;
  /** It is let in no more. */
  retired: boolean;
  /** It is let in with this security profile and higher ones. Null and absent: with any. */
  securityProfile?: 0 | 1 | 2 | 3 | null;
}

/** Value in the compacted topic `csms.tokens.v1`. A removed token is a tombstone. Written by core only. */
export interface TokenEntry extends PutToken {
  tenantId: string;
}

/** A transaction that is open on behalf of a token. */
export interface ActiveTransaction {
  chargerId: string;
  /** As the charger knows it. */
  transactionId: string;
  /** Null when the charger did not tell. */
  evseId: number | null;
}

/**
 * Value in the compacted topic `csms.active-tokens.v1`: which transactions a token has open. A token without any is a
 * tombstone. Transactions that were refused the token are none of its own. Written by core only. Personal data.
 */
export interface ActiveTokenEntry {
  /** `tokenKey`: tenant and token, the key of the record. */
  tokenKey: string;
  sessions: ActiveTransaction[];
}

/**
 * Value in the compacted topic `csms.connections.v1`. The epoch of an `open` one is its `epoch`, or the record's offset when
 * that is null.
 */
export interface ConnectionEntry {
  state: 'open' | 'closed';
  tenantId: string;
  chargerId: string;
  instanceId: string;
  connectionId: string;
  ocppVersion: ProtocolVersion;
  /**
   * In `closed` records: connections up to this epoch are closed. Null in the `open` record that began the connection, whose
   * own offset it is; set in one that repeats it, because the late close of an older connection had hidden it.
   */
  epoch: number | null;
  /** ISO 8601 UTC by the clock of who wrote it. */
  at: string;
}

/** Value in the compacted topic `csms.instances.v1`. A clean shutdown leaves a tombstone. */
export interface InstanceEntry {
  instanceId: string;
  /** New at every start of the process: tells a restart from a long pause. */
  bootId: string;
  /** Of ChargeStream. */
  version: string;
  /** ISO 8601 UTC by the instance's clock: when the process started. */
  startedAt: string;
  /** ISO 8601 UTC by the instance's clock; renewed every `INSTANCE_HEARTBEAT_MS`. */
  aliveAt: string;
}

export const INSTANCE_HEARTBEAT_MS = 5_000;
/** An instance not heard of for so long is gone: its connections count as closed. */
export const INSTANCE_GONE_MS = 20_000;

/** Value in the compacted topic `csms.checkpoints.v1`; its key is the publisher's name. */
export interface CheckpointEntry {
  /** Of the event store: everything up to here is published. */
  position: string;
}

/** Value in `csms.checkpoints.v1` under `terms/<publisher>`: since when its present writer has been at it. */
export interface TermEntry {
  /** ISO 8601 UTC, our clock. */
  startedAt: string;
}

/**
 * One frame as it went over the wire, passwords and keys redacted. The value of a record in `csms.ocpp-messages.v1` is a list of
 * frames of one charger, in order: connect gathers what comes within a moment.
 */
export interface OcppMessageEntry {
  tenantId: string;
  chargerId: string;
  connectionId: string;
  connectionEpoch: number;
  ocppVersion: ProtocolVersion;
  /** Seen from us: IN is from the charger. */
  direction: 'IN' | 'OUT';
  /** `CALL`, `CALLRESULT`, `CALLERROR`, `CALLRESULTERROR`, `SEND`, or `UNREADABLE`. */
  messageType: string;
  /** Of the CALL, in answers too; null when it is not known. */
  action: string | null;
  /** Null when it has none or cannot be read. */
  messageId: string | null;
  /** The frame, secrets redacted. */
  raw: string;
  /** ISO 8601 UTC by our clock. */
  at: string;
  /** False when it was not as its schema has it. */
  valid: boolean;
  /** What was wrong with it, and what was made of that. */
  deviations: { path: string; rule: string; action: string }[];
  /** Of the command that it is about; null for all others. */
  commandId: string | null;
  /**
   * Of the session that it is about, as far as its connection knows: null where the transaction began on another one. Answers have
   * that of their CALL. Absent in records of earlier versions.
   */
  sessionId?: string | null;
}

export type UpdatedEntity = 'charger' | 'connector' | 'session' | 'command' | 'token' | 'ocppMessage';

/** Value in `csms.updates.v1`. */
export type Update =
  | {
      kind: 'changed';
      entity: UpdatedEntity;
      tenantId: string;
      chargerId: string | null;
      /** Of the entity: chargerId, sessionId, commandId, idToken, row id of the message. */
      id: string;
      /** When several of one charger changed at once, all of them, `id` among them: frames come by the hundred. */
      ids?: string[];
      /** ISO 8601 UTC by our clock. */
      at: string;
    }
  | {
      /** How an intent ended: `applied` is sent after the read model shows its effect. */
      kind: 'intent';
      intentId: string;
      tenantId: string;
      outcome: 'applied' | 'rejected';
      /** Null when it was applied. */
      error: { code: 'NOT_FOUND' | 'CONFLICT' | 'BAD_INPUT'; message: string } | null;
      /** ISO 8601 UTC by our clock. */
      at: string;
    };
