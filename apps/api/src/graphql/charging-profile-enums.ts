import { describedEnum } from './enums';

export const ChargingProfilePurpose = describedEnum('ChargingProfilePurpose', 'What a charging profile limits.', {
  ChargePointMaxProfile: 'The whole charger (2.x: ChargingStationMaxProfile).',
  TxDefaultProfile: 'Every transaction that has no profile of its own.',
  TxProfile: 'One transaction.',
});

export const ChargingProfileKind = describedEnum('ChargingProfileKind', 'When the schedule of a profile begins.', {
  Absolute: 'At `startSchedule`.',
  Recurring: 'At `startSchedule`, again and again.',
  Relative: 'When charging begins.',
});

export const Recurrency = describedEnum('Recurrency', 'How often a recurring schedule begins anew.', {
  Daily: 'Every 24 hours.',
  Weekly: 'Every 7 days.',
});

export const ChargingRateUnit = describedEnum('ChargingRateUnit', 'Unit of the limits of a schedule.', {
  A: 'Amperes, for each phase.',
  W: 'Watts, of all phases together.',
});
