import { ACCEPTED, REJECTED, type Command, type CommandTarget } from '../commands/command-target';
import type { ChargingProfile } from './charging-profile';
import type { ProfileLimits } from './charging-profiles';

/** 1.6 §5.16: a TxProfile needs the running transaction it is for. */
export const setChargingProfile: Command = (charger, { connectorId, csChargingProfiles }) => {
  const id = connectorId as number;
  const profile = csChargingProfiles as ChargingProfile;
  if (id !== 0 && !charger.connectorIds.includes(id)) return REJECTED;
  if (profile.chargingProfilePurpose === 'TxProfile') {
    const session = charger.sessionAt(id);
    const { transactionId } = profile;
    if (!session || (transactionId !== undefined && session.facts.transactionId !== transactionId)) return REJECTED;
  }
  const { equipment } = charger;
  if (!equipment.profiles.install(id, profile, profileLimits(charger))) return REJECTED;
  equipment.limits.apply();
  return ACCEPTED;
};

/** 1.6 §9.4. */
export function profileLimits({ configuration }: CommandTarget): ProfileLimits {
  return {
    maxStackLevel: configuration.number('ChargeProfileMaxStackLevel'),
    maxPeriods: configuration.number('ChargingScheduleMaxPeriods'),
    maxInstalled: configuration.number('MaxChargingProfilesInstalled'),
  };
}
