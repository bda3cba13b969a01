import type { Command } from '../commands/command-target';
import { isSigningCertificate } from './firmware';

interface SignedFirmware {
  location: string;
  retrieveDateTime: string;
  installDateTime?: string;
  signingCertificate: string;
}

/** Whitepaper L01: InvalidCertificate when the signing certificate is none, or not the manufacturer's. */
export const signedUpdateFirmware: Command = (charger, { requestId, retries, retryInterval, firmware: details }) => {
  const { equipment } = charger;
  const { location, retrieveDateTime, installDateTime, signingCertificate } = details as SignedFirmware;
  const roots = equipment.certificates.rootsOf('ManufacturerRootCertificate');
  const isTrusted = isSigningCertificate(signingCertificate, roots, charger.nowMs());
  if (!isTrusted || equipment.firmware.fails === 'InvalidCertificate') {
    // L01.FR.02
    charger.later(() => equipment.securityEvent('InvalidFirmwareSigningCertificate'));
    return { status: 'InvalidCertificate' };
  }
  const replaced = equipment.firmware.isBusy;
  charger.later(() =>
    equipment.firmware.start({
      location,
      retrieveDate: retrieveDateTime,
      installDate: installDateTime,
      retries: retries as number | undefined,
      retryInterval: retryInterval as number | undefined,
      signed: { requestId: requestId as number },
    }),
  );
  return { status: replaced ? 'AcceptedCanceled' : 'Accepted' };
};
