import type { CommandTarget } from '../commands/command-target';
import { newSigningKey } from './signing-key';

/** Whitepaper A02: makes a key and asks the server to have its certificate signed. @returns the server's answer */
export async function signCertificate(charger: CommandTarget): Promise<void> {
  const { equipment, configuration } = charger;
  const key = await newSigningKey(equipment.options.chargerId, configuration.text('CpoName') ?? '');
  equipment.signingKey = key;
  charger.send('SignCertificate', { csr: key.csrPem });
}
