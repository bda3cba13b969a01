import type { ChargingProfile } from '@chargestream/contracts';
import type { OcppVersion } from '@chargestream/ocpp';

/**
 * The profile as a start carries it: 1.6 §5.11 and 2.0.1 F01 take an object of the charger's version. It has no
 * transactionId, for there is no transaction yet (1.6 §5.16.2; 2.0.1 F01.FR.11).
 */
export function chargingProfileObject(version: OcppVersion, profile: ChargingProfile): object {
  const { chargingProfileId, stackLevel, purpose, kind, recurrency, validFrom, validTo, schedule } = profile;
  const common = {
    stackLevel,
    chargingProfilePurpose: purpose,
    chargingProfileKind: kind,
    ...(recurrency === null ? {} : { recurrencyKind: recurrency }),
    ...(validFrom === null ? {} : { validFrom }),
    ...(validTo === null ? {} : { validTo }),
  };
  const duration = schedule.durationS === null ? {} : { duration: schedule.durationS };
  const start = schedule.startSchedule === null ? {} : { startSchedule: schedule.startSchedule };
  const minimum = schedule.minChargingRate === null ? {} : { minChargingRate: schedule.minChargingRate };
  const chargingRateUnit = schedule.unit;
  const chargingSchedulePeriod = schedule.periods.map(({ startPeriodS, limit, numberPhases }) => ({
    startPeriod: startPeriodS,
    limit,
    ...(numberPhases === null ? {} : { numberPhases }),
  }));
  // Each version in the order of its specification.
  if (version === '1.6') {
    const chargingSchedule = { ...duration, ...start, chargingRateUnit, chargingSchedulePeriod, ...minimum };
    return { chargingProfileId, ...common, chargingSchedule };
  }
  const ofVersion2 = { ...start, ...duration, chargingRateUnit, ...minimum, chargingSchedulePeriod };
  return { id: chargingProfileId, ...common, chargingSchedule: [{ id: chargingProfileId, ...ofVersion2 }] };
}
