import type { Configuration } from '../commands/configuration';
import type { Equipment } from './equipment';

const HEX = /^(?:[0-9a-f]{2}){16,20}$/i;

/** Whitepaper §7.2: a hexadecimal AuthorizationKey stands for bytes, any other one for itself. */
export function passwordOf(authorizationKey: string): string | Buffer {
  return HEX.test(authorizationKey) ? Buffer.from(authorizationKey, 'hex') : authorizationKey;
}

export interface SecurityHooks {
  /** After the answer is out. */
  reconnect(): void;
}

/** Guards the keys of security, and reconnects when they are set (whitepaper A01, A05). */
export function secure(configuration: Configuration, equipment: Equipment, { reconnect }: SecurityHooks): void {
  const key = () => configuration.text('AuthorizationKey') ?? '';
  configuration.guard('AuthorizationKey', (value) => value.length >= 16);
  configuration.onSet('AuthorizationKey', () => {
    // A01: counts from the next connection on, which is made at once; without Basic authentication there is none.
    const profile = configuration.number('SecurityProfile');
    if (profile === 1 || profile === 2) reconnect();
  });
  configuration.guard('SecurityProfile', (value) => {
    const wanted = Number(value);
    const needsKey = wanted === 1 || wanted === 2;
    const hasRoot = equipment.certificates.rootsOf('CentralSystemRootCertificate').length > 0;
    // A05.FR.01 to .04
    if (wanted <= configuration.number('SecurityProfile')) return false;
    if (needsKey && key() === '') return false;
    if (wanted >= 2 && !hasRoot) return false;
    return wanted !== 3 || equipment.certificates.ownChain !== null;
  });
  // A05.FR.06, .07
  configuration.onSet('SecurityProfile', () => reconnect());
}
