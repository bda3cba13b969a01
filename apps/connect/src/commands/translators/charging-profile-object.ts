import type { ChargingProfile } from '@chargestream/contracts';
import { optional } from '../translation';

/** 1.6 §7.8 ChargingProfile, in the specification's order. */
export function chargingProfile16(profile: ChargingProfile, transactionId: string | null): object {
  const { schedule } = profile;
  return {
    chargingProfileId: profile.chargingProfileId,
    ...optional('transactionId', transactionId === null ? null : Number(transactionId)),
    stackLevel: profile.stackLevel,
    chargingProfilePurpose: profile.purpose,
    chargingProfileKind: profile.kind,
    ...optional('recurrencyKind', profile.recurrency),
    ...optional('validFrom', profile.validFrom),
    ...optional('validTo', profile.validTo),
    chargingSchedule: {
      ...optional('duration', schedule.durationS),
      ...optional('startSchedule', schedule.startSchedule),
      chargingRateUnit: schedule.unit,
      chargingSchedulePeriod: periodsOf(profile),
      ...optional('minChargingRate', schedule.minChargingRate),
    },
  };
}

/** 2.0.1 ChargingProfileType; its schedules have ids, and ours has one. */
export function chargingProfile2(profile: ChargingProfile, transactionId: string | null): object {
  const { schedule } = profile;
  return {
    id: profile.chargingProfileId,
    stackLevel: profile.stackLevel,
    chargingProfilePurpose: purpose2(profile.purpose),
    chargingProfileKind: profile.kind,
    ...optional('recurrencyKind', profile.recurrency),
    ...optional('validFrom', profile.validFrom),
    ...optional('validTo', profile.validTo),
    ...optional('transactionId', transactionId),
    chargingSchedule: [
      {
        id: profile.chargingProfileId,
        ...optional('startSchedule', schedule.startSchedule),
        ...optional('duration', schedule.durationS),
        chargingRateUnit: schedule.unit,
        ...optional('minChargingRate', schedule.minChargingRate),
        chargingSchedulePeriod: periodsOf(profile),
      },
    ],
  };
}

export function purpose2(purpose: ChargingProfile['purpose']): string {
  return purpose === 'ChargePointMaxProfile' ? 'ChargingStationMaxProfile' : purpose;
}

function periodsOf({ schedule }: ChargingProfile): object[] {
  return schedule.periods.map(({ startPeriodS, limit, numberPhases }) => ({
    startPeriod: startPeriodS,
    limit,
    ...optional('numberPhases', numberPhases),
  }));
}
