import type {
  CertificateCommand,
  ChargingProfileCommand,
  LocalListCommand,
  MaintenanceCommand,
  ReservationCommand,
} from './charger-commands';
import type { RegistrationStatus } from './charger-events';
import type { ChargingProfile } from './charging-profiles';
import type { FileUploaded } from './maintenance-events';

/** What surrounds everything api asks core to do. Published to `csms.intents.v1`. */
export interface IntentOf<Type extends string, Data> {
  /** UUID. For SendCommand it is the commandId. */
  id: string;
  type: Type;
  schemaVersion: 1;
  /** Whom the charger, token or charging profile belongs to. */
  tenantId: string;
  /** Empty for intents about tokens and charging profiles. */
  chargerId: string;
  /** ISO 8601 UTC by our clock. */
  requestedAt: string;
  /** Subject of the caller's credentials; `anonymous` with AUTH=none. */
  requestedBy: string;
  /** Everything that comes of it carries it. */
  correlationId: string;
  data: Data;
}

export type Intent =
  | IntentOf<'RegisterCharger', RegisterCharger>
  | IntentOf<'UpdateCharger', UpdateCharger>
  | IntentOf<'SetChargerCredentials', SetChargerCredentials>
  | IntentOf<'RetireCharger', Record<string, never>>
  | IntentOf<'RecordUpload', FileUploaded>
  | IntentOf<'PutToken', PutToken>
  | IntentOf<'RemoveToken', { idToken: string }>
  | IntentOf<'PutChargingProfile', ChargingProfile>
  | IntentOf<'RemoveChargingProfile', { chargingProfileId: number }>
  | IntentOf<'SendCommand', SendCommand>;

/** Makes a charger known before it first connects. */
export interface RegisterCharger {
  /** For people; null when it has none. */
  displayName: string | null;
  /** What its BootNotification is answered. */
  registration: RegistrationStatus;
  /** Null: it connects without. */
  credentials: ChargerCredentials | null;
}

/** What is absent stays as it is. */
export interface UpdateCharger {
  displayName?: string | null;
  registration?: RegistrationStatus;
  /** The lowest security profile it is let in with; null: any. */
  securityProfile?: 0 | 1 | 2 | 3 | null;
}

export interface ChargerCredentials {
  /** The Basic username to expect; null means the charger's id. */
  username: string | null;
  /** Never the password: see `service-kit` for the format. */
  passwordHash: string;
  /**
   * Only where the password was set at the charger, by OCPP. The hash of the one before it, while the charger may still come
   * with that; null when it no longer may.
   */
  previousPasswordHash?: string | null;
}

export interface SetChargerCredentials {
  /** Null takes the credentials away. */
  credentials: ChargerCredentials | null;
}

export type TokenStatus = 'ACCEPTED' | 'BLOCKED' | 'EXPIRED' | 'INVALID';

/** Whether a token may have several transactions at once. */
export type TokenConcurrency = 'ALLOW' | 'DENY';

/** A token and what it may do; replaces what was known of it. Personal data. */
export interface PutToken {
  idToken: string;
  /** 2.x IdTokenEnumType spelling, e.g. `ISO14443`, `Central`, `eMAID`. */
  type: string;
  status: TokenStatus;
  /** ISO 8601 UTC; null never expires. */
  expiresAt: string | null;
  /** 1.6 parentIdTag, 2.x groupIdToken. */
  groupId: string | null;
  /** False: chargers are told not to keep it in their authorization cache. */
  cacheable: boolean;
  /** DENY: a start is answered ConcurrentTx while the token has another open transaction. Absent: ALLOW. */
  concurrency?: TokenConcurrency;
}

/** Something for the charger to do. */
export interface SendCommand {
  command: ChargerCommand;
  /** ISO 8601 UTC by our clock: after it the command is EXPIRED, wherever it is. */
  expiresAt: string;
  /** Wait for a charger that is away until `expiresAt`; otherwise end OFFLINE at once. */
  holdUntilOnline: boolean;
}

export interface SetConfigurationEntry {
  /** 1.6 key; on 2.x `Component.Variable` is understood when component and variable are absent. */
  key?: string;
  component?: string;
  componentInstance?: string;
  evseId?: number;
  connectorId?: number;
  variable?: string;
  variableInstance?: string;
  attributeType?: string;
  value: string;
}

/** Protocol-neutral commands, which connect translates for the charger's version; and any message as it is. */
export type ChargerCommand =
  | {
      kind: 'START_CHARGING';
      evseId: number | null;
      connectorId: number | null;
      idToken: string;
      idTokenType: string;
      /** 2.x remoteStartId; chosen by api, positive 31-bit. */
      remoteStartId: number;
      /** OCPP object of the charger's version, passed through. */
      chargingProfile: unknown;
    }
  | { kind: 'STOP_CHARGING'; sessionId: string | null; transactionId: string }
  | { kind: 'UNLOCK_CONNECTOR'; evseId: number; connectorId: number }
  | { kind: 'RESET_CHARGER'; type: 'IMMEDIATE' | 'ON_IDLE'; evseId: number | null }
  | { kind: 'SET_AVAILABILITY'; operative: boolean; evseId: number | null; connectorId: number | null }
  | {
      kind: 'TRIGGER_MESSAGE';
      requestedMessage: string;
      evseId: number | null;
      connectorId: number | null;
      /** On 1.6: by ExtendedTriggerMessage, also for what TriggerMessage knows. */
      extended?: boolean;
    }
  | { kind: 'GET_CONFIGURATION'; keys: string[]; variables: Omit<SetConfigurationEntry, 'value'>[] }
  | { kind: 'SET_CONFIGURATION'; entries: SetConfigurationEntry[] }
  | { kind: 'CLEAR_CACHE' }
  | { kind: 'DATA_TRANSFER'; vendorId: string; messageId: string | null; data: unknown }
  | LocalListCommand
  | ReservationCommand
  | ChargingProfileCommand
  | MaintenanceCommand
  | CertificateCommand
  | { kind: 'CALL_CHARGER'; action: string; payload: Record<string, unknown> };

export type CommandKind = ChargerCommand['kind'];

/** What core puts into `csms.inbox.{instance}`. */
export interface InboxCommand {
  /** UUID. */
  commandId: string;
  tenantId: string;
  chargerId: string;
  /** The connection core believes in; another one answers CommandNotOwned. */
  epoch: number;
  command: ChargerCommand;
  /** ISO 8601 UTC by our clock: after it the command is EXPIRED. */
  expiresAt: string;
  correlationId: string;
}
