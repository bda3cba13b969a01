import { Field, Float, ObjectType } from '@nestjs/graphql';
import type { ChargingSchedule } from '@chargestream/contracts';
import type { ChargingProfileRow } from '@chargestream/read-model';
import { ChargingProfileKind, ChargingProfilePurpose, ChargingRateUnit, Recurrency } from '../charging-profile-enums';
import { IntField, OptionalInt, OptionalNumber, OptionalText, OptionalTime, TimeField } from '../fields';
import { connectionOf } from './page';

@ObjectType('ChargingSchedulePeriod', { description: 'From when on which limit holds.' })
export class ChargingSchedulePeriodType {
  @IntField('From so many seconds after the start of the schedule, to the next period.')
  startPeriodS!: number;

  @Field(() => Float, { description: 'In the `unit` of the schedule.' })
  limit!: number;

  @OptionalInt('Phases that may be used; null: 3.')
  numberPhases!: number | null;
}

@ObjectType('ChargingSchedule', { description: 'Limits over time.' })
export class ChargingScheduleType {
  @OptionalInt('Seconds after which it ends; null: its last period goes on.')
  durationS!: number | null;

  @OptionalTime('When it begins; null: when charging does, or at once.')
  startSchedule!: string | null;

  @Field(() => ChargingRateUnit, { description: 'Unit of the limits.' })
  unit!: ChargingSchedule['unit'];

  @OptionalNumber('Below it the car charges badly; in `unit`.')
  minChargingRate!: number | null;

  @Field(() => [ChargingSchedulePeriodType], { description: 'Its periods, in order; the first starts at 0.' })
  periods!: ChargingSchedulePeriodType[];
}

@ObjectType('ChargingProfile', { description: 'Limits that can be set at chargers; kept here until it is removed.' })
export class ChargingProfileType {
  @IntField('The chargingProfileId on the wire.')
  id!: number;

  @OptionalText('For people.')
  description!: string | null;

  @IntField('Among profiles of one purpose the highest wins; from 0.')
  stackLevel!: number;

  @Field(() => ChargingProfilePurpose, { description: 'What it limits.' })
  purpose!: ChargingProfileRow['purpose'];

  @Field(() => ChargingProfileKind, { description: 'When its schedule begins.' })
  kind!: ChargingProfileRow['kind'];

  @Field(() => Recurrency, { nullable: true, description: 'How often a recurring one begins anew; null of others.' })
  recurrency!: ChargingProfileRow['recurrency'];

  @OptionalTime('Not valid before; null: at once.')
  validFrom!: string | null;

  @OptionalTime('Not valid after; null: for ever.')
  validTo!: string | null;

  @Field(() => ChargingScheduleType, { description: 'Its limits over time.' })
  schedule!: ChargingScheduleType;

  @TimeField('When it was last put, by our clock.')
  updatedAt!: string;
}

export function toChargingProfile(row: ChargingProfileRow): ChargingProfileType {
  return {
    id: row.charging_profile_id,
    description: row.description,
    stackLevel: row.stack_level,
    purpose: row.purpose,
    kind: row.kind,
    recurrency: row.recurrency,
    validFrom: row.valid_from,
    validTo: row.valid_to,
    schedule: JSON.parse(row.schedule) as ChargingSchedule,
    updatedAt: row.updated_at,
  };
}

export const ChargingProfileConnection = connectionOf(ChargingProfileType, 'ChargingProfile');
