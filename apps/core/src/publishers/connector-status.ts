import {
  connectorKey,
  STREAM_PREFIXES,
  TOPICS,
  type ConnectorAvailability,
  type ConnectorFact,
  type ConnectorStatusChanged,
  type StoredMetadata,
} from '@chargestream/contracts';
import type { BusRecord } from '@chargestream/event-bus';
import type { StoredEvent } from '@chargestream/event-store';
import { publishedRecord } from './published-record';
import type { StorePublisher } from './publisher';

export const CONNECTOR_STATUS_PUBLISHER = 'connector-status';

/** The newest status of each connector, for ever. */
export function connectorStatusPublisher(): StorePublisher {
  return {
    name: CONNECTOR_STATUS_PUBLISHER,
    streamPrefixes: [STREAM_PREFIXES.connector],
    recordsOf: (events) => events.map(recordOf).filter((record) => record !== null),
  };
}

function recordOf(event: StoredEvent): BusRecord | null {
  const fact = { type: event.type, data: event.data } as ConnectorFact;
  if (fact.type !== 'ConnectorStatusChanged') return null;
  const { tenantId, chargerId } = event.metadata as unknown as StoredMetadata;
  const { evseId, connectorId, status, errorCode, info, vendorId, vendorErrorCode, reportedAt } = fact.data;
  const data: ConnectorStatusChanged = {
    evseId,
    connectorId,
    status,
    availability: AVAILABILITY.get(status) ?? null,
    errorCode,
    info,
    vendorId,
    vendorErrorCode,
    reportedAt,
  };
  const to = { topic: TOPICS.connectorStatus, key: connectorKey(tenantId, chargerId, evseId, connectorId) };
  return publishedRecord(CONNECTOR_STATUS_PUBLISHER, to, event, 'ConnectorStatusChanged', data);
}

/** 1.6 ChargePointStatus and 2.x ConnectorStatusEnumType in the words of 2.x, where a plugged-in connector is occupied. */
const AVAILABILITY: ReadonlyMap<string, ConnectorAvailability> = new Map([
  ['Available', 'Available'],
  ['Preparing', 'Occupied'],
  ['Charging', 'Occupied'],
  ['SuspendedEV', 'Occupied'],
  ['SuspendedEVSE', 'Occupied'],
  ['Finishing', 'Occupied'],
  ['Occupied', 'Occupied'],
  ['Reserved', 'Reserved'],
  ['Unavailable', 'Unavailable'],
  ['Faulted', 'Faulted'],
]);
