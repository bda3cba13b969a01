import type {
  ChargingProfile,
  CommandKind,
  CommandOutcome,
  OperationKind,
  OperationOutcome,
  ProtocolVersion,
  RegistrationStatus,
  TokenConcurrency,
  TokenStatus,
} from '@chargestream/contracts';

/**
 * Every table has a text primary key `key`, so that one loader and one writer serve them all. Timestamps are ISO 8601
 * UTC text (they sort as text), flags are 0 or 1, JSON is text: the same on SQLite and PostgreSQL.
 */
interface Keyed {
  key: string;
  tenant_id: string;
}

type Flag = 0 | 1;

/** Key: `tenant/charger`, both percent-encoded. */
export interface ChargerRow extends Keyed {
  charger_id: string;
  display_name: string | null;
  registration: RegistrationStatus;
  registered_automatically: Flag;
  retired: Flag;
  has_credentials: Flag;
  connectivity: 'ONLINE' | 'OFFLINE';
  connection_epoch: number | null;
  ocpp_version: ProtocolVersion | null;
  security_profile: number | null;
  /** Our clock. */
  connected_at: string | null;
  /** Our clock. */
  disconnected_at: string | null;
  /** Our clock: receipt of the newest thing the charger sent. */
  last_seen_at: string | null;
  instance_id: string | null;
  vendor: string | null;
  model: string | null;
  serial_number: string | null;
  firmware_version: string | null;
  iccid: string | null;
  imsi: string | null;
  meter_type: string | null;
  meter_serial_number: string | null;
  booted_at: string | null;
  boot_reason: string | null;
  /** What a text search looks into, lower case. */
  search_text: string;
}

/** Key: `tenant/charger/evse/connector`. */
export interface ConnectorRow extends Keyed {
  charger_id: string;
  evse_id: number;
  connector_id: number;
  status: string;
  error_code: string | null;
  info: string | null;
  vendor_id: string | null;
  vendor_error_code: string | null;
  /** The charger's clock. */
  reported_at: string | null;
  /** Our clock. */
  updated_at: string;
}

/** Key: the sessionId. */
export interface SessionRow extends Keyed {
  charger_id: string;
  transaction_id: string;
  evse_id: number | null;
  connector_id: number | null;
  id_token: string | null;
  id_token_type: string | null;
  authorization_status: string | null;
  state: 'ACTIVE' | 'ENDED';
  /** The charger's clock, as all times of a session but `last_updated_at`. */
  started_at: string;
  ended_at: string | null;
  /** Our clock. */
  last_updated_at: string;
  meter_start_wh: number | null;
  meter_stop_wh: number | null;
  /** Newest register reading. */
  meter_wh: number | null;
  energy_wh: number | null;
  power_w: number | null;
  /** ISO 8601 UTC by the charger's clock: when it was measured. */
  power_at: string | null;
  soc_percent: number | null;
  /** ISO 8601 UTC by the charger's clock: when it was measured. */
  soc_at: string | null;
  charging_state: string | null;
  time_spent_charging_s: number | null;
  stop_reason: string | null;
  stop_id_token: string | null;
  reservation_id: number | null;
  remote_start_id: number | null;
  start_known: Flag;
  offline_replayed: Flag;
  incomplete: Flag;
  /** JSON array of numbers. */
  missing_seq_nos: string;
  /** JSON array of `{anomaly, detail, at}`. */
  anomalies: string;
}

/** Key: `session/revision/index`, the last two padded so that keys sort as the charger told. */
export interface SampleRow extends Keyed {
  session_id: string;
  timestamp: string;
  measurand: string;
  value: number | null;
  unit: string | null;
  phase: string | null;
  location: string | null;
  context: string | null;
  raw: string | null;
}

/** Key: the commandId. */
export interface CommandRow extends Keyed {
  charger_id: string;
  kind: CommandKind;
  /** JSON of the ChargerCommand asked for. */
  request: string;
  ocpp_action: string | null;
  /** JSON of what went over the wire. */
  payload: string | null;
  state: 'REQUESTED' | 'SENT' | CommandOutcome;
  response: string | null;
  error_code: string | null;
  error_message: string | null;
  requested_at: string;
  requested_by: string;
  sent_at: string | null;
  finished_at: string | null;
  expires_at: string;
  hold_until_online: Flag;
  instance_id: string | null;
}

/** Key: `tenant/idToken`, the token in lower case. */
export interface TokenRow extends Keyed {
  id_token: string;
  type: string;
  status: TokenStatus;
  expires_at: string | null;
  group_id: string | null;
  cacheable: Flag;
  /** Null: ALLOW. */
  concurrency: TokenConcurrency | null;
  updated_at: string;
}

/** Key: `tenant/charger`. One row per charger: 1.6 has some dozens of keys, told all at once. */
export interface ConfigurationRow extends Keyed {
  charger_id: string;
  /** JSON object: key → `{value, readonly}`. */
  keys: string;
  updated_at: string;
}

/** Key: tenant, charger and the variable's full name. */
export interface VariableRow extends Keyed {
  charger_id: string;
  component: string;
  component_instance: string | null;
  evse_id: number | null;
  connector_id: number | null;
  variable: string;
  variable_instance: string | null;
  attribute_type: string;
  value: string | null;
  mutability: string | null;
  data_type: string | null;
  unit: string | null;
  updated_at: string;
}

/** Key: `tenant/reservationId`. What the newest ReserveNow asked for, or what the charger kept instead. */
export interface ReservationRow extends Keyed {
  charger_id: string;
  reservation_id: number;
  state: 'REQUESTED' | 'ACTIVE' | 'REFUSED' | 'CANCELLED' | 'USED' | 'EXPIRED';
  evse_id: number | null;
  connector_id: number | null;
  id_token: string;
  id_token_type: string | null;
  group_id: string | null;
  expires_at: string;
  /** Of the ReserveNow. */
  command_id: string;
  /** Our clock: of the ReserveNow. */
  requested_at: string;
  /** JSON of what the charger holds; null when nothing. */
  held: string | null;
  /** JSON array of what was asked for and not answered. */
  pending: string;
  /** Why the last ReserveNow was refused. */
  refusal: string | null;
  cancel_command_id: string | null;
  session_id: string | null;
  /** Our clock; of an expired one, when it ran out. */
  ended_at: string | null;
  /** Our clock. */
  updated_at: string;
}

/** Key: `tenant/chargingProfileId`. */
export interface ChargingProfileRow extends Keyed {
  charging_profile_id: number;
  description: string | null;
  stack_level: number;
  purpose: ChargingProfile['purpose'];
  kind: ChargingProfile['kind'];
  recurrency: ChargingProfile['recurrency'];
  valid_from: string | null;
  valid_to: string | null;
  /** JSON of the ChargingSchedule. */
  schedule: string;
  updated_at: string;
}

/** Key: `tenant/charger`. */
export interface LocalListRow extends Keyed {
  charger_id: string;
  /** 0 is an empty list; null when it is not known, or the charger keeps none. */
  version: number | null;
  supported: Flag;
  /** 0 when the charger may hold something else than `entries`. */
  content_known: Flag;
  /** JSON array of LocalListEntry, by idToken. */
  entries: string;
  /** The charger's word for the last update, when it was no `Accepted`. */
  refusal: string | null;
  updated_at: string;
}

/** Key: the operationId. */
export interface OperationRow extends Keyed {
  charger_id: string;
  kind: OperationKind;
  state: 'RUNNING' | OperationOutcome;
  /** The last word of it. */
  status: string | null;
  stalled: Flag;
  command_id: string | null;
  request_id: number | null;
  /** JSON object of what was asked for. */
  detail: string;
  /** JSON array of OperationStep, oldest first; bounded. */
  history: string;
  /** Our clock, as all times of an operation. */
  started_at: string;
  ended_at: string | null;
  updated_at: string;
}

/** Key: `tenant/charger`. */
export interface MaintenanceRow extends Keyed {
  charger_id: string;
  firmware_status: string | null;
  /** Our clock. */
  firmware_status_at: string | null;
  log_status: string | null;
  /** Our clock. */
  log_status_at: string | null;
  /** JSON array of KeptSecurityEvent, newest first; bounded. */
  security_events: string;
  /** JSON array of InstalledCertificate. */
  installed_certificates: string;
  /** JSON of the last CertificateIssued, with `issuedAt`; null when none was. */
  own_certificate: string | null;
}

/** Key: the fileId. */
export interface UploadRow extends Keyed {
  charger_id: string;
  /** As the charger named it, made harmless. */
  name: string;
  bytes: number;
  /** Hexadecimal. */
  sha256: string;
  command_id: string;
  /** Our clock. */
  uploaded_at: string;
}

/** Tables that events make. Keyed rows only. */
export interface ProjectedTables {
  chargers: ChargerRow;
  connectors: ConnectorRow;
  sessions: SessionRow;
  samples: SampleRow;
  commands: CommandRow;
  tokens: TokenRow;
  configurations: ConfigurationRow;
  variables: VariableRow;
  reservations: ReservationRow;
  charging_profiles: ChargingProfileRow;
  local_lists: LocalListRow;
  operations: OperationRow;
  maintenance: MaintenanceRow;
  uploads: UploadRow;
}

export type ProjectedTable = keyof ProjectedTables;

/** A bounded log beside the projections: not made of events, not rebuilt. Key: hash of the frame. */
export interface OcppMessageRow extends Keyed {
  charger_id: string;
  /** `at` and a counter: the order in which frames were recorded. */
  sort_key: string;
  connection_id: string;
  connection_epoch: number;
  ocpp_version: ProtocolVersion;
  direction: 'IN' | 'OUT';
  message_type: string;
  action: string | null;
  message_id: string | null;
  raw: string;
  at: string;
  valid: Flag;
  deviations: string;
  command_id: string | null;
  session_id: string | null;
  /** Of the frame and its deviations in UTF-8; null in rows of earlier versions. */
  bytes: number | null;
}

export interface CheckpointRow {
  name: string;
  position: string;
}

export interface Database extends ProjectedTables {
  ocpp_messages: OcppMessageRow;
  checkpoints: CheckpointRow;
}
