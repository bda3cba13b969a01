import { chargerKey } from '@chargestream/contracts';
import type { Projection } from './projection';

export const connectors: Projection<'connectors'> = {
  table: 'connectors',
  canHandle: ['ConnectorStatusChanged'],
  keys: ({ type, data, metadata }) =>
    type === 'ConnectorStatusChanged'
      ? [`${chargerKey(metadata.tenantId, metadata.chargerId)}/${data.evseId}/${data.connectorId}`]
      : [],
  evolve(row, event, key) {
    if (event.type !== 'ConnectorStatusChanged') return row;
    const { data, metadata } = event;
    return {
      key,
      tenant_id: metadata.tenantId,
      charger_id: metadata.chargerId,
      evse_id: data.evseId,
      connector_id: data.connectorId,
      status: data.status,
      error_code: data.errorCode,
      info: data.info,
      vendor_id: data.vendorId,
      vendor_error_code: data.vendorErrorCode,
      reported_at: data.reportedAt,
      updated_at: metadata.receivedAt,
    };
  },
  changed: (event) =>
    event.type === 'ConnectorStatusChanged'
      ? { entity: 'connector', id: `${event.data.evseId}/${event.data.connectorId}` }
      : null,
};
