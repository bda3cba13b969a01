import { Field, Int, ObjectType } from '@nestjs/graphql';
import type { SampleRow, SessionRow } from '@chargestream/read-model';
import { SessionState } from '../enums';
import {
  FlagField,
  IdField,
  OptionalInt,
  OptionalNumber,
  OptionalText,
  OptionalTime,
  TextField,
  TimeField,
} from '../fields';
import { connectionOf } from './page';

@ObjectType('SessionAnomaly', { description: 'Something about a session that does not add up.' })
export class SessionAnomalyType {
  @TextField('Its name, e.g. `MeterWentBackwards`, `StartUnknown`, `SeqNoGap`.')
  anomaly!: string;

  @TextField('What was seen.')
  detail!: string;

  @TimeField('When we saw it, by our clock.')
  at!: string;
}

@ObjectType('Session', { description: 'One charging session: a transaction of a charger, with what we made of it.' })
export class SessionType {
  /** Not in the schema: for the fields below it. */
  tenantId!: string;

  @IdField('The charger it took place at.')
  chargerId!: string;

  @IdField('Ours, the same after any retry or restart.')
  id!: string;

  @TextField('As on the wire; 1.6 integers in decimal.')
  transactionId!: string;

  @OptionalInt('EVSE; on 1.6 the connectorId.')
  evseId!: number | null;

  @OptionalInt('Connector within the EVSE; on 1.6 always 1.')
  connectorId!: number | null;

  @OptionalText('Token that started it.')
  idToken!: string | null;

  @OptionalText('Type of that token in 2.x spelling; null on 1.6.')
  idTokenType!: string | null;

  @OptionalText('What the charger was told about the token, e.g. `Accepted`.')
  authorizationStatus!: string | null;

  @Field(() => SessionState, { description: 'Whether it is under way.' })
  state!: SessionRow['state'];

  @TimeField("Start, by the charger's clock.")
  startedAt!: string;

  @OptionalTime("End, by the charger's clock; null while it runs.")
  endedAt!: string | null;

  @TimeField('When we last heard of it, by our clock.')
  lastUpdatedAt!: string;

  @OptionalNumber('Meter register at the start, Wh.')
  meterStartWh!: number | null;

  @OptionalNumber('Meter register at the end, Wh.')
  meterStopWh!: number | null;

  @OptionalNumber('Newest meter register reading, Wh.')
  meterWh!: number | null;

  @OptionalNumber('Energy delivered, Wh: so far, or in all once it has ended.')
  energyWh!: number | null;

  @OptionalNumber('Newest power reading, W.')
  powerW!: number | null;

  @OptionalNumber("Newest state of charge of the vehicle's battery, percent.")
  stateOfChargePercent!: number | null;

  @OptionalText('2.x chargingState, e.g. `Charging`, `SuspendedEV`; null on 1.6.')
  chargingState!: string | null;

  @OptionalNumber('Time energy has flowed, seconds, as a 2.x charger counts it.')
  timeSpentChargingS!: number | null;

  @OptionalText('Why it ended, as OCPP spells it, e.g. `Local`, `EVDisconnected`.')
  stopReason!: string | null;

  @OptionalText('Token that ended it.')
  stopIdToken!: string | null;

  @OptionalInt('Reservation it used.')
  reservationId!: number | null;

  @OptionalInt('remoteStartId of the command that started it (2.x).')
  remoteStartId!: number | null;

  @Field(() => [SessionAnomalyType], { description: 'What does not add up, oldest first; at most 100.' })
  anomalies!: SessionAnomalyType[];

  @FlagField('Whether its start reached us only after the charger had been offline.')
  offlineReplayed!: boolean;

  @FlagField('False when its start never reached us and a later message opened it.')
  startKnown!: boolean;

  @FlagField('True when it has ended but something the charger should have told is missing.')
  incomplete!: boolean;

  @Field(() => [Int], { description: 'The 2.x seqNo values that never came.' })
  missingSeqNos!: number[];
}

export function toSession(row: SessionRow): SessionType {
  return {
    id: row.key,
    tenantId: row.tenant_id,
    chargerId: row.charger_id,
    transactionId: row.transaction_id,
    evseId: row.evse_id,
    connectorId: row.connector_id,
    idToken: row.id_token,
    idTokenType: row.id_token_type,
    authorizationStatus: row.authorization_status,
    state: row.state,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    lastUpdatedAt: row.last_updated_at,
    meterStartWh: row.meter_start_wh,
    meterStopWh: row.meter_stop_wh,
    meterWh: row.meter_wh,
    energyWh: row.energy_wh,
    powerW: row.power_w,
    stateOfChargePercent: row.soc_percent,
    chargingState: row.charging_state,
    timeSpentChargingS: row.time_spent_charging_s,
    stopReason: row.stop_reason,
    stopIdToken: row.stop_id_token,
    reservationId: row.reservation_id,
    remoteStartId: row.remote_start_id,
    anomalies: JSON.parse(row.anomalies) as SessionAnomalyType[],
    offlineReplayed: row.offline_replayed === 1,
    startKnown: row.start_known === 1,
    incomplete: row.incomplete === 1,
    missingSeqNos: JSON.parse(row.missing_seq_nos) as number[],
  };
}

export const SessionConnection = connectionOf(SessionType, 'Session');

@ObjectType('MeterSample', { description: 'One sampled value of a session, normalised to base units.' })
export class MeterSampleType {
  @TimeField("When it was sampled, by the charger's clock.")
  timestamp!: string;

  @TextField('As OCPP spells it, e.g. `Energy.Active.Import.Register`, `Power.Active.Import`, `SoC`.')
  measurand!: string;

  @OptionalNumber('The value in `unit`; null when the charger sent no number.')
  value!: number | null;

  @OptionalText('Unit of the value: `Wh`, `W`, `A`, `V`, `Percent`, `Celsius`…')
  unit!: string | null;

  @OptionalText('`L1`, `L2`, `L3`, `N`, `L1-N`…; null for the whole.')
  phase!: string | null;

  @OptionalText('Where it was measured: `Outlet`, `Inlet`, `EV`…')
  location!: string | null;

  @OptionalText('Why it was sampled: `Sample.Periodic`, `Transaction.Begin`…')
  context!: string | null;

  @OptionalText('As the charger wrote it, when `value` does not say it all.')
  raw!: string | null;
}

export function toMeterSample(row: SampleRow): MeterSampleType {
  const { timestamp, measurand, value, unit, phase, location, context, raw } = row;
  return { timestamp, measurand, value, unit, phase, location, context, raw };
}

export const MeterSampleConnection = connectionOf(MeterSampleType, 'MeterSample');
