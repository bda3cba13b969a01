import type { ChargingProfile, InstalledProfile } from './charging-profile';

export interface ProfileLimits {
  maxStackLevel: number;
  maxPeriods: number;
  maxInstalled: number;
}

export interface ProfileFilter {
  id?: number;
  connectorId?: number;
  chargingProfilePurpose?: string;
  stackLevel?: number;
}

/** The charging profiles a charger holds. */
export class ChargingProfiles {
  private installed: InstalledProfile[] = [];

  get all(): readonly InstalledProfile[] {
    return this.installed;
  }

  /** @returns false where the charger cannot hold it */
  install(connectorId: number, profile: ChargingProfile, limits: ProfileLimits): boolean {
    const { chargingProfilePurpose: purpose, stackLevel, chargingSchedule, chargingProfileKind } = profile;
    const periods = chargingSchedule.chargingSchedulePeriod;
    // 1.6 §3.13.1: ChargePointMaxProfile for connector 0 only; §5.16.1: TxProfile never for connector 0.
    if ((purpose === 'ChargePointMaxProfile' && connectorId !== 0) || (purpose === 'TxProfile' && connectorId === 0)) {
      return false;
    }
    if (purpose === 'ChargePointMaxProfile' && chargingProfileKind === 'Relative') return false;
    if (stackLevel > limits.maxStackLevel || periods.length > limits.maxPeriods) return false;
    // 1.6 §7.14: the first period always begins at 0.
    if (periods[0]?.startPeriod !== 0) return false;
    // 1.6 §5.16: the same id, or the same stackLevel of the same purpose, is replaced.
    const rest = this.installed.filter(
      (other) =>
        other.profile.chargingProfileId !== profile.chargingProfileId &&
        !(
          other.connectorId === connectorId &&
          other.profile.stackLevel === stackLevel &&
          other.profile.chargingProfilePurpose === purpose
        ),
    );
    if (rest.length >= limits.maxInstalled) return false;
    this.installed = [...rest, { connectorId, profile }];
    return true;
  }

  /** 1.6 §5.5: with an id that one, else all that every given criterion fits. @returns how many are gone */
  clear({ id, connectorId, chargingProfilePurpose, stackLevel }: ProfileFilter): number {
    const before = this.installed.length;
    this.installed = this.installed.filter(({ connectorId: at, profile }) => {
      if (id !== undefined) return profile.chargingProfileId !== id;
      const fits =
        (connectorId === undefined || at === connectorId) &&
        (chargingProfilePurpose === undefined || profile.chargingProfilePurpose === chargingProfilePurpose) &&
        (stackLevel === undefined || profile.stackLevel === stackLevel);
      return !fits;
    });
    return before - this.installed.length;
  }

  /** 1.6 §3.13.1: a TxProfile ends with its transaction. */
  transactionEnded(connectorId: number): void {
    this.clear({ connectorId, chargingProfilePurpose: 'TxProfile' });
  }
}
