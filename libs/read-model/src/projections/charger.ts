import { chargerKey, type ChargerBooted, type StoredFactType } from '@chargestream/contracts';
import type { ChargerRow } from '../schema';
import { flag, later, type EventOf, type ProjectedEvent, type Projection } from './projection';

/** Facts about the charger itself, worth telling whoever watches it. */
const OWN = [
  'ChargerRegistered',
  'ChargerUpdated',
  'ChargerCredentialsSet',
  'ChargerRetired',
  'ChargerConnected',
  'ChargerDisconnected',
  'ChargerBooted',
  'ConfigurationReported',
  'VariablesReported',
] as const satisfies readonly StoredFactType[];

/** Only proof that the charger is there. */
const SIGNS_OF_LIFE = [
  'ChargerSeen',
  'IdTokenPresented',
  'DataTransferReceived',
  'UnreadableTransactionReported',
  'FirmwareStatusReported',
  'LogStatusReported',
  'SecurityEventReported',
  'CertificateSigningRequested',
  'MeterValuesRecorded',
  'ConnectorStatusChanged',
  'SessionStarted',
  'SessionUpdated',
  'SessionEnded',
  'SessionCorrected',
  'CommandFinished',
] as const satisfies readonly StoredFactType[];

const own = new Set<StoredFactType>(OWN);

export const chargers: Projection<'chargers'> = {
  table: 'chargers',
  canHandle: [...OWN, ...SIGNS_OF_LIFE],
  keys: ({ metadata }) => (metadata.chargerId === '' ? [] : [chargerKey(metadata.tenantId, metadata.chargerId)]),
  evolve(before, event, key) {
    const row = before ?? unknownCharger(key, event);
    const next = evolveOwn(row, event);
    if (!isFromCharger(event)) return next;
    return { ...next, last_seen_at: later(next.last_seen_at, event.metadata.receivedAt) };
  },
  changed: (event) => (own.has(event.type) ? { entity: 'charger', id: event.metadata.chargerId } : null),
};

/** Events that core or connect made up alone say nothing about whether the charger lives. */
function isFromCharger(event: ProjectedEvent): boolean {
  if (event.metadata.connectionEpoch === null) return false;
  if (event.type === 'ChargerDisconnected') return false;
  if (event.type !== 'CommandFinished') return true;
  return event.data.outcome === 'ACCEPTED' || event.data.outcome === 'REJECTED' || event.data.outcome === 'FAILED';
}

function evolveOwn(row: ChargerRow, event: ProjectedEvent): ChargerRow {
  switch (event.type) {
    case 'ChargerRegistered': {
      const { displayName, registration, credentials, automatic } = event.data;
      return searchable({
        ...row,
        display_name: displayName,
        registration,
        registered_automatically: flag(automatic),
        retired: 0,
        has_credentials: flag(credentials !== null),
      });
    }
    case 'ChargerUpdated': {
      const { displayName = row.display_name, registration = row.registration } = event.data;
      return searchable({ ...row, display_name: displayName, registration });
    }
    case 'ChargerCredentialsSet':
      return { ...row, has_credentials: flag(event.data.credentials !== null) };
    case 'ChargerRetired':
      return { ...row, retired: 1 };
    case 'ChargerConnected':
      return connected(row, event);
    case 'ChargerDisconnected':
      // A stale socket's close never touches the newer connection.
      if (row.connection_epoch !== event.data.epoch) return row;
      return { ...row, connectivity: 'OFFLINE', disconnected_at: event.metadata.receivedAt };
    case 'ChargerBooted':
      return searchable({ ...row, ...bootColumns(event.data), booted_at: event.metadata.receivedAt });
    default:
      return row;
  }
}

function connected(row: ChargerRow, { data, metadata }: EventOf<'ChargerConnected'>): ChargerRow {
  if (row.connection_epoch !== null && row.connection_epoch > data.epoch) return row;
  return {
    ...row,
    connectivity: 'ONLINE',
    connection_epoch: data.epoch,
    ocpp_version: data.ocppVersion,
    security_profile: data.securityProfile,
    connected_at: metadata.receivedAt,
    instance_id: data.instanceId,
  };
}

function bootColumns(data: ChargerBooted) {
  return {
    vendor: data.vendor,
    model: data.model,
    serial_number: data.serialNumber,
    firmware_version: data.firmwareVersion,
    iccid: data.iccid,
    imsi: data.imsi,
    meter_type: data.meterType,
    meter_serial_number: data.meterSerialNumber,
    boot_reason: data.bootReason,
  };
}

function searchable(row: ChargerRow): ChargerRow {
  const parts = [row.charger_id, row.display_name, row.vendor, row.model, row.serial_number, row.firmware_version];
  return {
    ...row,
    search_text: parts
      .filter((part) => part !== null)
      .join('\n')
      .toLowerCase(),
  };
}

function unknownCharger(key: string, { metadata }: ProjectedEvent): ChargerRow {
  return searchable({
    key,
    tenant_id: metadata.tenantId,
    charger_id: metadata.chargerId,
    display_name: null,
    registration: 'ACCEPTED',
    registered_automatically: 1,
    retired: 0,
    has_credentials: 0,
    connectivity: 'OFFLINE',
    connection_epoch: null,
    ocpp_version: metadata.ocppVersion,
    security_profile: null,
    connected_at: null,
    disconnected_at: null,
    last_seen_at: null,
    instance_id: null,
    vendor: null,
    model: null,
    serial_number: null,
    firmware_version: null,
    iccid: null,
    imsi: null,
    meter_type: null,
    meter_serial_number: null,
    booted_at: null,
    boot_reason: null,
    search_text: '',
  });
}
