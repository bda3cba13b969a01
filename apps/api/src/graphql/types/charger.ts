import { Field, ObjectType } from '@nestjs/graphql';
import type { ChargerRow, ConfigurationRow, VariableRow } from '@chargestream/read-model';
import { Connectivity, Registration } from '../enums';
import { FlagField, IdField, OptionalInt, OptionalText, OptionalTime, TextField, TimeField } from '../fields';
import { connectionOf } from './page';

@ObjectType('Charger', { description: 'A charger (1.6: charge point, 2.x: charging station).' })
export class ChargerType {
  @IdField('As in the address it connects to; unique within its tenant.')
  id!: string;

  @TextField('Whose charger it is; `default` for chargers at `/ocpp/{id}`.')
  tenantId!: string;

  @OptionalText('What an operator calls it.')
  displayName!: string | null;

  @Field(() => Connectivity, { description: 'Whether it has an OCPP connection now.' })
  connectivity!: ChargerRow['connectivity'];

  @OptionalText('Version of OCPP on its newest connection: `1.6`, `2.0.1` or `2.1`.')
  ocppVersion!: string | null;

  @OptionalInt('OCPP security profile of its newest connection, 0 to 3; 0 is without credentials.')
  securityProfile!: number | null;

  @OptionalTime('When its newest connection began, by our clock.')
  connectedAt!: string | null;

  @OptionalTime('When its newest connection ended, by our clock; null when none ever did.')
  disconnectedAt!: string | null;

  @OptionalTime('When it last sent something, by our clock.')
  lastSeenAt!: string | null;

  @OptionalText('Which instance of connect holds, or last held, its connection.')
  instanceId!: string | null;

  @Field(() => Registration, { description: 'What it is told at BootNotification.' })
  registration!: ChargerRow['registration'];

  @FlagField('True when its first connection registered it, not an operator.')
  registeredAutomatically!: boolean;

  @FlagField('True when it may not connect any more.')
  retired!: boolean;

  @FlagField('Whether it must present a password.')
  hasCredentials!: boolean;

  @OptionalText('Who made it, as it says at boot.')
  vendor!: string | null;

  @OptionalText('Its model, as it says at boot.')
  model!: string | null;

  @OptionalText('Its serial number, as it says at boot.')
  serialNumber!: string | null;

  @OptionalText('Version of its firmware, as it says at boot.')
  firmwareVersion!: string | null;

  @OptionalText('Identity of its SIM card.')
  iccid!: string | null;

  @OptionalText('Subscriber identity of its SIM card.')
  imsi!: string | null;

  @OptionalText('Type of its main meter (1.6).')
  meterType!: string | null;

  @OptionalText('Serial number of its main meter (1.6).')
  meterSerialNumber!: string | null;

  @OptionalTime('When it last sent BootNotification, by our clock.')
  bootedAt!: string | null;

  @OptionalText('Why it booted last (2.x), e.g. `PowerUp`.')
  bootReason!: string | null;
}

export function toCharger(row: ChargerRow): ChargerType {
  return {
    id: row.charger_id,
    tenantId: row.tenant_id,
    displayName: row.display_name,
    connectivity: row.connectivity,
    ocppVersion: row.ocpp_version,
    securityProfile: row.security_profile,
    connectedAt: row.connected_at,
    disconnectedAt: row.disconnected_at,
    lastSeenAt: row.last_seen_at,
    instanceId: row.instance_id,
    registration: row.registration,
    registeredAutomatically: row.registered_automatically === 1,
    retired: row.retired === 1,
    hasCredentials: row.has_credentials === 1,
    vendor: row.vendor,
    model: row.model,
    serialNumber: row.serial_number,
    firmwareVersion: row.firmware_version,
    iccid: row.iccid,
    imsi: row.imsi,
    meterType: row.meter_type,
    meterSerialNumber: row.meter_serial_number,
    bootedAt: row.booted_at,
    bootReason: row.boot_reason,
  };
}

export const ChargerConnection = connectionOf(ChargerType, 'Charger');

@ObjectType('ConfigurationKey', { description: 'One configuration key of a 1.6 charger, as it last reported it.' })
export class ConfigurationKeyType {
  @TextField('Its name, e.g. `HeartbeatInterval`.')
  key!: string;

  @OptionalText('Its value as text; null when the charger told none.')
  value!: string | null;

  @FlagField('Whether the charger refuses to change it.')
  readonly!: boolean;
}

export function toConfigurationKeys(row: ConfigurationRow | undefined): ConfigurationKeyType[] {
  if (row === undefined) return [];
  const keys = JSON.parse(row.keys) as Record<string, { value: string | null; readonly: boolean }>;
  return Object.entries(keys).map(([key, { value, readonly }]) => ({ key, value, readonly }));
}

@ObjectType('Variable', { description: 'One attribute of a variable of a 2.x charger, as it last reported it.' })
export class VariableType {
  @TextField('Component, e.g. `OCPPCommCtrlr`.')
  component!: string;

  @OptionalText('Which of several components of that name.')
  componentInstance!: string | null;

  @OptionalInt('EVSE of the component; null when it belongs to the whole charger.')
  evseId!: number | null;

  @OptionalInt('Connector of the component, within its EVSE.')
  connectorId!: number | null;

  @TextField('Variable, e.g. `HeartbeatInterval`.')
  variable!: string;

  @OptionalText('Which of several variables of that name.')
  variableInstance!: string | null;

  @TextField('`Actual`, `Target`, `MinSet` or `MaxSet`.')
  attributeType!: string;

  @OptionalText('Its value as text; null when it cannot be read.')
  value!: string | null;

  @OptionalText('`ReadOnly`, `WriteOnly` or `ReadWrite`.')
  mutability!: string | null;

  @OptionalText('E.g. `integer`, `OptionList`.')
  dataType!: string | null;

  @OptionalText('Unit of the value, as the charger spells it.')
  unit!: string | null;

  @TimeField('When the charger reported it, by our clock.')
  updatedAt!: string;
}

export function toVariable(row: VariableRow): VariableType {
  return {
    component: row.component,
    componentInstance: row.component_instance,
    evseId: row.evse_id,
    connectorId: row.connector_id,
    variable: row.variable,
    variableInstance: row.variable_instance,
    attributeType: row.attribute_type,
    value: row.value,
    mutability: row.mutability,
    dataType: row.data_type,
    unit: row.unit,
    updatedAt: row.updated_at,
  };
}
