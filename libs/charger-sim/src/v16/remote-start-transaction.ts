import { REJECTED, verdict, type Command } from '../commands/command-target';
import type { ChargingProfile } from './charging-profile';
import { profileLimits } from './set-charging-profile';

/** 1.6 §5.11: a charging profile in it must be a TxProfile, and is that of the transaction to come. */
export const remoteStartTransaction: Command = (charger, { connectorId, idTag, chargingProfile }) => {
  const profile = chargingProfile as ChargingProfile | undefined;
  if (profile && profile.chargingProfilePurpose !== 'TxProfile') return REJECTED;
  const { equipment } = charger;
  return verdict(
    charger.startRemotely({
      connectorId: connectorId as number | undefined,
      idToken: String(idTag),
      ...(profile && {
        began: (at: number) => {
          equipment.profiles.install(at, profile, profileLimits(charger));
          equipment.limits.apply();
        },
      }),
    }),
  );
};
