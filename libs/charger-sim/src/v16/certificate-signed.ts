import { pemBlocks } from '@chargestream/certificates';
import { ACCEPTED, REJECTED, type Command } from '../commands/command-target';
import { isValidChain } from './certificate-store';

/** Whitepaper A02, A03: the chain is taken when it is for the key asked for, and valid. */
export const certificateSigned: Command = (charger, { certificateChain }) => {
  const { equipment, configuration } = charger;
  const text = String(certificateChain);
  const chain = pemBlocks(text);
  const roots = equipment.certificates.rootsOf('CentralSystemRootCertificate');
  const { signingKey } = equipment;
  const isGood =
    signingKey !== null &&
    text.length <= configuration.number('CertificateSignedMaxChainSize') &&
    isValidChain(chain, roots, charger.nowMs()) &&
    signingKey.fits(chain[0]!);
  if (!isGood) {
    // A02.FR.07
    charger.later(() => equipment.securityEvent('InvalidChargePointCertificate'));
    return REJECTED;
  }
  equipment.certificates.ownChain = text;
  equipment.ownKeyPem = signingKey.privateKeyPem;
  equipment.signingKey = null;
  // A02.FR.08: what is in use is switched as soon as the answer is out.
  if (configuration.number('SecurityProfile') === 3) charger.later(() => charger.reconnect());
  return ACCEPTED;
};
