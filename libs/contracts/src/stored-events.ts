import type {
  AuthorizationStatus,
  ChargerBooted,
  CommandError,
  CommandOutcome,
  ConfigurationReported,
  ConnectionClosed,
  ConnectionOpened,
  ConnectionTakenOver,
  ConnectorStatusReported,
  DataTransferReceived,
  IdTokenPresented,
  RegistrationStatus,
  UnreadableTransactionReported,
  VariablesReported,
} from './charger-events';
import type { ChargingProfileFact } from './charging-profiles';
import type { ProtocolVersion } from './envelope';
import type { ChargerCommand, ChargerCredentials, PutToken } from './intents';
import type { LocalListFact } from './local-lists';
import type {
  CertificateSigningRequested,
  CertificatesReported,
  FileUploaded,
  FirmwareStatusReported,
  LocalListVersionReported,
  LogStatusReported,
  SecurityEventReported,
} from './maintenance-events';
import type { OperationFact } from './operations';
import type { ReservationFact } from './reservations';
import type { MeterSample, PresentedToken } from './samples';

/** What core appends to the event store. Each has the tenant and charger in its metadata (`StoredMetadata`). */
interface Fact<Type extends string, Data> {
  type: Type;
  data: Data;
}

export interface StoredMetadata {
  tenantId: string;
  /** Empty in token streams. */
  chargerId: string;
  correlationId: string;
  /** Id of the bus event or intent that caused it. */
  causationId: string;
  /** Null where no connection is involved. */
  connectionEpoch: number | null;
  /** Null where no connection is involved. */
  ocppVersion: ProtocolVersion | null;
  /** Of the CALL that carried it; null when none did. */
  ocppMessageId: string | null;
  /** ISO 8601 UTC by the charger's clock where it told, else by ours. */
  occurredAt: string;
  /** ISO 8601 UTC by our clock. */
  receivedAt: string;
  /** Of the fact's type: 1, or what its upcasters lead to. */
  schemaVersion: number;
  /** The intent whose effect this is; its caller is told once everything shows it. Absent in what chargers caused. */
  intentId?: string;
  /** W3C trace context of the message that caused it, when it was traced. */
  traceparent?: string;
}

/** Stream `charger-{tenant}.{id}`. */
export type ChargerFact =
  | Fact<
      'ChargerRegistered',
      {
        displayName: string | null;
        registration: RegistrationStatus;
        credentials: ChargerCredentials | null;
        /** By its first connection, not by an operator. */
        automatic: boolean;
      }
    >
  | Fact<
      'ChargerUpdated',
      { displayName?: string | null; registration?: RegistrationStatus; securityProfile?: 0 | 1 | 2 | 3 | null }
    >
  | Fact<'ChargerCredentialsSet', { credentials: ChargerCredentials | null }>
  | Fact<'ChargerRetired', Record<string, never>>
  | Fact<'ChargerConnected', ConnectionOpened & { ocppVersion: ProtocolVersion; epoch: number }>
  | Fact<'ChargerDisconnected', ConnectionClosed & { epoch: number }>
  | Fact<'ChargerBooted', ChargerBooted>
  | Fact<'ChargerSeen', Record<string, never>>
  | Fact<'ChargerConnectionFlapping', ConnectionTakenOver>
  | Fact<'IdTokenPresented', IdTokenPresented>
  | Fact<'ConfigurationReported', ConfigurationReported>
  | Fact<'VariablesReported', VariablesReported>
  | Fact<'DataTransferReceived', DataTransferReceived>
  | Fact<'UnreadableTransactionReported', UnreadableTransactionReported>
  | Fact<'FirmwareStatusReported', FirmwareStatusReported>
  | Fact<'LogStatusReported', LogStatusReported>
  | Fact<'SecurityEventReported', SecurityEventReported>
  | Fact<'CertificateSigningRequested', CertificateSigningRequested>
  | Fact<'CertificatesReported', CertificatesReported>
  | Fact<'LocalListVersionReported', LocalListVersionReported>
  | Fact<'FileUploaded', FileUploaded>
  /** The charger has connected with a security profile it was told to use: it is not let in with a lower one any more. */
  | Fact<'SecurityProfileRaised', { securityProfile: 1 | 2 | 3 }>
  /** MeterValues that belong to no transaction. */
  | Fact<'MeterValuesRecorded', { evseId: number; connectorId: number | null; samples: MeterSample[] }>
  /**
   * The charger's own book of transactions: maps what is on the wire to a session. Comes again for the same session
   * when a late message tells what the first one did not (its start, its EVSE).
   */
  | Fact<
      'TransactionOpened',
      {
        sessionId: string;
        transactionId: string;
        evseId: number | null;
        connectorId: number | null;
        token: PresentedToken | null;
        /** False when a later message opened it and the start itself has not come. */
        startKnown: boolean;
      }
    >
  | Fact<'TransactionClosed', { sessionId: string; transactionId: string }>;

/** Stream `connector-{tenant}.{id}.{evse}.{connector}`. */
export type ConnectorFact = Fact<'ConnectorStatusChanged', ConnectorStatusReported>;

export type SessionAnomaly =
  /** A stop or an update came for a transaction whose start never reached us. */
  | 'StartUnknown'
  /** transactionId −1 or 0: matched by connector and token, or not at all. */
  | 'TransactionIdNotAssigned'
  | 'NegativeMeter'
  /** Or rose by more than a vehicle can take, from where it can only come back: consumers know no other name for it. */
  | 'MeterWentBackwards'
  | 'ClockImplausible'
  | 'SeqNoGap'
  | 'SeqNoReused'
  | 'EventAfterEnd'
  | 'TransactionIdReused'
  | 'TokenNotAccepted'
  | 'EndedByNextStart';

/** Stream `session-{key}`. The sessionId is the key. */
export type SessionFact =
  | Fact<
      'SessionStarted',
      {
        sessionId: string;
        transactionId: string;
        evseId: number | null;
        connectorId: number | null;
        token: PresentedToken | null;
        authorizationStatus: AuthorizationStatus | null;
        /** ISO 8601 UTC by the charger's clock. */
        startedAt: string;
        /** Import register at the start, Wh; null when the charger did not tell it. */
        meterStartWh: number | null;
        chargingState: string | null;
        reservationId: number | null;
        remoteStartId: number | null;
        offlineReplayed: boolean;
        /** False when the start itself never reached us and this was opened by a later message. */
        startKnown: boolean;
        seqNo: number | null;
        samples: MeterSample[];
      }
    >
  | Fact<
      'SessionUpdated',
      {
        seqNo: number | null;
        triggerReason: string | null;
        /** Null: unchanged. */
        chargingState: string | null;
        evseId: number | null;
        connectorId: number | null;
        token: PresentedToken | null;
        timeSpentChargingS: number | null;
        samples: MeterSample[];
        /** Newest register reading known after this event, Wh; null when there never was one. */
        meterWh: number | null;
        /** Consumed so far, Wh; null while unknown. */
        energyWh: number | null;
      }
    >
  | Fact<
      'SessionEnded',
      {
        /** ISO 8601 UTC by the charger's clock. */
        endedAt: string;
        /** Import register at the end, Wh; null when it is not known. */
        meterStopWh: number | null;
        /** Consumed in all, Wh; null when it is not known. */
        energyWh: number | null;
        /** As the charger's version spells it; null when it did not tell. */
        stopReason: string | null;
        /** Who stopped it; null when not told. Personal data. */
        stopToken: PresentedToken | null;
        seqNo: number | null;
        /** The charger has no more to tell, but something is missing. */
        incomplete: boolean;
        missingSeqNos: number[];
        samples: MeterSample[];
      }
    >
  /**
   * After the end only corrections: a late message that changes totals, or fills a gap. Before the end only for a start
   * that comes late. Absent fields stay as they were.
   */
  | Fact<
      'SessionCorrected',
      {
        reason: string;
        seqNo: number | null;
        startedAt?: string;
        endedAt?: string;
        meterStartWh?: number | null;
        meterStopWh?: number | null;
        energyWh?: number | null;
        incomplete?: boolean;
        missingSeqNos?: number[];
        /** True when this is the start that was missing. */
        startKnown?: boolean;
        evseId?: number | null;
        connectorId?: number | null;
        token?: PresentedToken | null;
        authorizationStatus?: AuthorizationStatus | null;
        reservationId?: number | null;
        remoteStartId?: number | null;
        /** When this is the stop that was missing. */
        stopReason?: string | null;
        stopToken?: PresentedToken | null;
        samples: MeterSample[];
      }
    >
  | Fact<'SessionAnomalyDetected', { anomaly: SessionAnomaly; detail: string }>;

/** Stream `command-{uuid}`. */
export type CommandFact =
  | Fact<
      'CommandRequested',
      {
        commandId: string;
        command: ChargerCommand;
        /** ISO 8601 UTC by our clock. */
        requestedAt: string;
        /** Subject of the caller's credentials, or `core`. */
        requestedBy: string;
        /** ISO 8601 UTC by our clock. */
        expiresAt: string;
        holdUntilOnline: boolean;
        /** True when `command` is redacted: what it hides travels only in the intent and to the instance's inbox. */
        withheld?: boolean;
        /** Of the password that the command gives the charger: its credentials, when it takes it. */
        newPasswordHash?: string;
      }
    >
  /** `bootId` of the instance's process, where it tells one. */
  | Fact<'CommandDispatched', { instanceId: string; epoch: number; bootId?: string | null }>
  /** Whom it was dispatched to does not have the connection any more and has not sent it: it may go to another. */
  | Fact<'CommandRefused', { instanceId: string; epoch: number }>
  | Fact<'CommandSent', { ocppAction: string; payload: unknown; /** ISO 8601 UTC by our clock. */ sentAt: string }>
  | Fact<
      'CommandFinished',
      {
        outcome: CommandOutcome;
        ocppAction: string | null;
        response: unknown;
        error: CommandError | null;
        /** ISO 8601 UTC by our clock. */
        finishedAt: string;
      }
    >;

/** Stream `token-{tenant}.{hash}`. */
export type TokenFact = Fact<'TokenPut', PutToken> | Fact<'TokenRemoved', { idToken: string }>;

export type StoredFact =
  | ChargerFact
  | ConnectorFact
  | SessionFact
  | CommandFact
  | TokenFact
  | ReservationFact
  | ChargingProfileFact
  | LocalListFact
  | OperationFact;
export type StoredFactType = StoredFact['type'];
