/** A stored object of the tenant; its id is the chargingProfileId on the wire. Spelled as OCPP 1.6 spells it (§7.8 to §7.14). */
export interface ChargingProfile {
  /** Positive 31-bit integer. */
  chargingProfileId: number;
  /** For people; null when it has none. */
  description: string | null;
  /** The higher one wins among profiles of one purpose; from 0. */
  stackLevel: number;
  /** 2.x calls the first `ChargingStationMaxProfile`. */
  purpose: 'ChargePointMaxProfile' | 'TxDefaultProfile' | 'TxProfile';
  kind: 'Absolute' | 'Recurring' | 'Relative';
  /** Of `Recurring` ones; null of all others. */
  recurrency: 'Daily' | 'Weekly' | null;
  /** ISO 8601 UTC; null: at once. */
  validFrom: string | null;
  /** ISO 8601 UTC; null: for ever. */
  validTo: string | null;
  schedule: ChargingSchedule;
}

export interface ChargingSchedule {
  /** Seconds; null: the last period goes on for ever. */
  durationS: number | null;
  /** ISO 8601 UTC, of `Absolute` and `Recurring` ones; null: when charging starts, or at once. */
  startSchedule: string | null;
  /** Unit of the limits. */
  unit: 'A' | 'W';
  /** In `unit`; null when the car may be given any rate. */
  minChargingRate: number | null;
  /** In order of their start; the first starts at 0. */
  periods: ChargingSchedulePeriod[];
}

export interface ChargingSchedulePeriod {
  /** Seconds from the start of the schedule. */
  startPeriodS: number;
  /** In the schedule's unit, at most one decimal. */
  limit: number;
  /** Null: 3 phases. */
  numberPhases: number | null;
}

/** Stream `charging-profile-{tenant}.{id}`. */
export type ChargingProfileFact =
  | { type: 'ChargingProfilePut'; data: ChargingProfile }
  | { type: 'ChargingProfileRemoved'; data: { chargingProfileId: number } };
