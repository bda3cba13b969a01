import type { ChargerFact, ConfigurationReported, ConnectionOpened } from '@chargestream/contracts';
import { hasSeen } from '../recent-ids';
import type { ChargerState, SecurityMemory } from './state';

export const NO_SECURITY: SecurityMemory = { lowest: null, taken: 0 };

/** The charger was sent a new password (1.6 AuthorizationKey, 2.x BasicAuthPassword). */
export interface PasswordTaken {
  kind: 'passwordTaken';
  /** Of the event that tells, or what stands for it. */
  id: string;
  passwordHash: string;
  /** False where it may not use it, or not yet: it was not heard of again, or wants to reboot first. */
  certain: boolean;
}

/**
 * Whitepaper A01.FR.03: the old password is accepted no more once the charger has accepted the new one. While it is not
 * certain that it uses it, both are, until it comes with the new one.
 */
export function passwordFacts(
  state: ChargerState,
  { id, passwordHash, certain }: PasswordTaken,
): readonly ChargerFact[] {
  if (state.status !== 'registered' || hasSeen(state.recent, id)) return [];
  const before = state.credentials;
  // Without a password before there would be none to fall back on.
  if (!certain && before === null) return [];
  const previousPasswordHash = certain ? null : (before?.passwordHash ?? null);
  const credentials = { username: before?.username ?? null, passwordHash, previousPasswordHash };
  return [{ type: 'ChargerCredentialsSet', data: { credentials } }];
}

/** What a connection proves: that the charger uses the profile and the password it was given. */
export function securityFacts(
  state: ChargerState,
  { securityProfile, passwordRenewed }: ConnectionOpened,
): readonly ChargerFact[] {
  const { taken, lowest } = state.security;
  const facts: ChargerFact[] = [];
  // Whitepaper A05.FR.07, A00.FR.002: it has come with the profile that it was told to use; no way back.
  if (isRaised(taken) && securityProfile >= taken && taken > (lowest ?? 0)) {
    facts.push({ type: 'SecurityProfileRaised', data: { securityProfile: taken } });
  }
  if (passwordRenewed === true && state.status === 'registered' && state.credentials !== null) {
    const credentials = { ...state.credentials, previousPasswordHash: null };
    if (typeof state.credentials.previousPasswordHash === 'string') {
      facts.push({ type: 'ChargerCredentialsSet', data: { credentials } });
    }
  }
  return facts;
}

/** It was told its configuration: which security profile it has taken on. */
export function withConfiguration(security: SecurityMemory, { keys, changed }: ConfigurationReported): SecurityMemory {
  if (changed !== true) return security;
  const taken = Number(keys.findLast(({ key }) => key === 'SecurityProfile')?.value ?? NaN);
  return isRaised(taken) ? { ...security, taken } : security;
}

/** An operator says what the lowest is; what the charger took on before counts no more. */
export function withUpdate(
  security: SecurityMemory,
  { securityProfile }: Extract<ChargerFact, { type: 'ChargerUpdated' }>['data'],
): SecurityMemory {
  return securityProfile === undefined ? security : { lowest: securityProfile, taken: 0 };
}

function isRaised(profile: number): profile is 1 | 2 | 3 {
  return profile === 1 || profile === 2 || profile === 3;
}
