import { Field, Float, InputType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayNotEmpty, IsNumber, IsOptional, Min, ValidateNested } from 'class-validator';
import type { ChargingProfile, ChargingSchedule } from '@chargestream/contracts';
import { ChargingProfileKind, ChargingProfilePurpose, ChargingRateUnit, Recurrency } from '../charging-profile-enums';
import { IntField, OptionalId, OptionalInt, OptionalNumber, OptionalText, OptionalTime } from '../fields';
import { ChargerCommandInput } from './commands';
import { MAX_NUMBER, MaybeText, MaybeWhole, Whole } from './validators';

/** 1.6 §7.13, §7.14: rates have at most one decimal. */
const RATE = { maxDecimalPlaces: 1, allowNaN: false, allowInfinity: false };

@InputType({ description: 'From when on which limit holds.' })
export class ChargingSchedulePeriodInput {
  @IntField('From so many seconds after the start of the schedule, to the next period.')
  @Whole(0, MAX_NUMBER)
  startPeriodS!: number;

  @Field(() => Float, { description: 'In the `unit` of the schedule; at most one decimal.' })
  @IsNumber(RATE, { message: 'limit must be a number with at most one decimal' })
  @Min(0, { message: 'limit must not be below 0' })
  limit!: number;

  @OptionalInt('Phases that may be used, 1 to 3; absent: 3.')
  @MaybeWhole(1, 3)
  numberPhases?: number | null;
}

@InputType({ description: 'Limits over time.' })
export class ChargingScheduleInput {
  @OptionalInt('Seconds after which it ends; absent: its last period goes on.')
  @MaybeWhole(1, MAX_NUMBER)
  durationS?: number | null;

  @OptionalTime('When it begins, of absolute and recurring profiles; absent: when charging does, or at once.')
  startSchedule?: string | null;

  @Field(() => ChargingRateUnit, { description: 'Unit of the limits.' })
  unit!: ChargingSchedule['unit'];

  @OptionalNumber('Below it the car charges badly; in `unit`, at most one decimal.')
  @IsOptional()
  @IsNumber(RATE, { message: 'minChargingRate must be a number with at most one decimal' })
  @Min(0, { message: 'minChargingRate must not be below 0' })
  minChargingRate?: number | null;

  @Field(() => [ChargingSchedulePeriodInput], { description: 'Its periods, in order; the first starts at 0.' })
  @ArrayNotEmpty({ message: 'periods must have at least one period' })
  @ArrayMaxSize(1_024, { message: 'periods must have at most 1024 periods' })
  @ValidateNested({ each: true })
  @Type(() => ChargingSchedulePeriodInput)
  periods!: ChargingSchedulePeriodInput[];
}

@InputType({ description: 'Limits to keep here, new or in place of those of the same id. Chargers get them when set.' })
export class PutChargingProfileInput {
  @OptionalInt('The chargingProfileId on the wire; absent: a new one is chosen.')
  @MaybeWhole(1, MAX_NUMBER)
  id?: number | null;

  @OptionalText('For people.')
  @MaybeText(500)
  description?: string | null;

  @IntField('Among profiles of one purpose the highest wins; from 0.')
  @Whole(0, MAX_NUMBER)
  stackLevel!: number;

  @Field(() => ChargingProfilePurpose, { description: 'What it limits.' })
  purpose!: ChargingProfile['purpose'];

  @Field(() => ChargingProfileKind, { description: 'When its schedule begins.' })
  kind!: ChargingProfile['kind'];

  @Field(() => Recurrency, { nullable: true, description: 'How often a recurring one begins anew; not of others.' })
  recurrency?: ChargingProfile['recurrency'];

  @OptionalTime('Not valid before; absent: at once.')
  validFrom?: string | null;

  @OptionalTime('Not valid after; absent: for ever.')
  validTo?: string | null;

  @Field(() => ChargingScheduleInput, { description: 'Its limits over time.' })
  @ValidateNested()
  @Type(() => ChargingScheduleInput)
  schedule!: ChargingScheduleInput;
}

@InputType({ description: 'A charging profile to forget. Chargers keep what was set: see `clearChargingProfile`.' })
export class RemoveChargingProfileInput {
  @IntField('The chargingProfileId on the wire.')
  @Whole(1, MAX_NUMBER)
  id!: number;
}

@InputType({ description: 'Set a charging profile at a charger.' })
export class SetChargingProfileInput extends ChargerCommandInput {
  @OptionalInt("EVSE; on 1.6 the connectorId. 0 is the whole charger. Absent: the session's, or else 0.")
  @MaybeWhole(0, MAX_NUMBER)
  evseId?: number | null;

  @IntField('The profile, which `putChargingProfile` has put.')
  @Whole(1, MAX_NUMBER)
  chargingProfileId!: number;

  @OptionalId('The session that it limits: a `TxProfile` needs this or a transactionId, others have none.')
  @MaybeText(64)
  sessionId?: string | null;

  @OptionalText('As on the wire, when there is no sessionId.')
  @MaybeText(36)
  transactionId?: string | null;
}

@InputType({ description: 'Clear charging profiles at a charger: one, those that fit, or all.' })
export class ClearChargingProfileInput extends ChargerCommandInput {
  @OptionalInt('Only this one.')
  @MaybeWhole(1, MAX_NUMBER)
  chargingProfileId?: number | null;

  @OptionalInt('Only of this EVSE; on 1.6 the connectorId. 0 is the whole charger.')
  @MaybeWhole(0, MAX_NUMBER)
  evseId?: number | null;

  @Field(() => ChargingProfilePurpose, { nullable: true, description: 'Only of this purpose.' })
  purpose?: ChargingProfile['purpose'] | null;

  @OptionalInt('Only of this stack level.')
  @MaybeWhole(0, MAX_NUMBER)
  stackLevel?: number | null;
}

@InputType({ description: 'Ask a charger what limits come of all its profiles.' })
export class GetCompositeScheduleInput extends ChargerCommandInput {
  @IntField('EVSE; on 1.6 the connectorId. 0 is the whole charger.')
  @Whole(0, MAX_NUMBER)
  evseId!: number;

  @IntField('Seconds from now that it is asked for.')
  @Whole(1, MAX_NUMBER)
  durationS!: number;

  @Field(() => ChargingRateUnit, { nullable: true, description: 'Unit of the limits; absent: the charger chooses.' })
  unit?: ChargingSchedule['unit'] | null;
}
