import type { ProtocolVersion } from './envelope';
import type { RegistrationStatus } from './charger-events';
import type { ChargerCredentials, PutToken } from './intents';

/** Value in the compacted topic `csms.registry.v1`: all that connect knows of a charger. Written by core only. */
export interface RegistryEntry {
  tenantId: string;
  chargerId: string;
  registration: RegistrationStatus;
  credentials: ChargerCredentials | null;
  retired: boolean;
}

/** Value in the compacted topic `csms.tokens.v1`. A removed token is a tombstone. Written by core only. */
export interface TokenEntry extends PutToken {
  tenantId: string;
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
  at: string;
}

/** Value in the compacted topic `csms.instances.v1`. A clean shutdown leaves a tombstone. */
export interface InstanceEntry {
  instanceId: string;
  /** New at every start of the process: tells a restart from a long pause. */
  bootId: string;
  version: string;
  startedAt: string;
  /** Our clock; renewed every `INSTANCE_HEARTBEAT_MS`. */
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
  /** Of the CALL; known for answers too. */
  action: string | null;
  messageId: string | null;
  raw: string;
  at: string;
  valid: boolean;
  deviations: { path: string; rule: string; action: string }[];
  commandId: string | null;
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
      at: string;
    }
  | {
      /** How an intent ended: `applied` is sent after the read model shows its effect. */
      kind: 'intent';
      intentId: string;
      tenantId: string;
      outcome: 'applied' | 'rejected';
      error: { code: 'NOT_FOUND' | 'CONFLICT' | 'BAD_INPUT'; message: string } | null;
      at: string;
    };
