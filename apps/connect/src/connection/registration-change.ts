import type { RegistryEntry } from '@chargestream/contracts';

/** Why a connection must be closed now that the charger's entry in the registry is another; null when it may stay. */
export function reasonToClose(
  entry: RegistryEntry | undefined,
  before: RegistryEntry,
  securityProfile: number,
): string | null {
  if (entry?.retired === true) return CHANGED;
  if ((entry?.securityProfile ?? 0) > securityProfile) return 'a higher security profile is required now';
  // Who came with a certificate did not come with a password.
  if (securityProfile === 3) return null;
  return credentialsChanged(entry, before) ? CHANGED : null;
}

const CHANGED = 'the registration of this charger changed';

function credentialsChanged(entry: RegistryEntry | undefined, before: RegistryEntry): boolean {
  const credentials = entry?.credentials ?? null;
  // Set at the charger, by OCPP: it is the charger that chooses when to come back with it (whitepaper A01).
  if (credentials?.previousPasswordHash !== undefined && before.credentials !== null) {
    return credentials.username !== before.credentials.username;
  }
  return JSON.stringify(credentials) !== JSON.stringify(before.credentials);
}
