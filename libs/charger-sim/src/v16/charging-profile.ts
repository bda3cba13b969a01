/** 1.6 §7.13 ChargingSchedule. */
export interface ChargingSchedule {
  /** Seconds; without it the last period goes on. */
  duration?: number;
  startSchedule?: string;
  chargingRateUnit: 'A' | 'W';
  chargingSchedulePeriod: readonly { startPeriod: number; limit: number; numberPhases?: number }[];
  minChargingRate?: number;
}

/** 1.6 §7.8 ChargingProfile. */
export interface ChargingProfile {
  chargingProfileId: number;
  transactionId?: number;
  stackLevel: number;
  chargingProfilePurpose: 'ChargePointMaxProfile' | 'TxDefaultProfile' | 'TxProfile';
  chargingProfileKind: 'Absolute' | 'Recurring' | 'Relative';
  recurrencyKind?: 'Daily' | 'Weekly';
  validFrom?: string;
  validTo?: string;
  chargingSchedule: ChargingSchedule;
}

export interface InstalledProfile {
  connectorId: number;
  profile: ChargingProfile;
}
