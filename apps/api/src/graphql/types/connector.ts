import { Field, ObjectType } from '@nestjs/graphql';
import type { ConnectorRow } from '@chargestream/read-model';
import { Availability } from '../enums';
import { IntField, OptionalText, OptionalTime, TextField, TimeField } from '../fields';

@ObjectType('Connector', { description: 'One connector of a charger.' })
export class ConnectorType {
  /** Not in the schema: for the fields below it. */
  tenantId!: string;
  chargerId!: string;

  @IntField('Its EVSE; on 1.6 this is the connectorId, and 0 is the charger itself.')
  evseId!: number;

  @IntField('Its number within the EVSE; on 1.6 always 1 (0 for the charger itself).')
  connectorId!: number;

  @TextField('As its version of OCPP spells it, e.g. `Available`, `Charging`, `Occupied`, `Faulted`.')
  status!: string;

  @OptionalText('1.6 errorCode; null in 2.x.')
  errorCode!: string | null;

  @OptionalText('Free text of the charger about the status.')
  info!: string | null;

  @OptionalText("Error code of the charger's maker.")
  vendorErrorCode!: string | null;

  @Field(() => Availability, { description: 'INOPERATIVE when it reports itself `Unavailable`.' })
  availability!: 'OPERATIVE' | 'INOPERATIVE';

  @OptionalTime("When the status came about, by the charger's clock.")
  reportedAt!: string | null;

  @TimeField('When we heard of it, by our clock.')
  updatedAt!: string;
}

export function toConnector(row: ConnectorRow): ConnectorType {
  return {
    tenantId: row.tenant_id,
    chargerId: row.charger_id,
    evseId: row.evse_id,
    connectorId: row.connector_id,
    status: row.status,
    errorCode: row.error_code,
    info: row.info,
    vendorErrorCode: row.vendor_error_code,
    availability: row.status === 'Unavailable' ? 'INOPERATIVE' : 'OPERATIVE',
    reportedAt: row.reported_at,
    updatedAt: row.updated_at,
  };
}
