import type { Command } from '../commands/command-target';
import type { RootType } from './certificate-store';

/** Whitepaper M05. */
export const installCertificate: Command = async (charger, { certificateType, certificate }) => {
  const { equipment, configuration } = charger;
  const status = await equipment.certificates.install(certificateType as RootType, String(certificate), {
    maxCertificates: configuration.number('CertificateStoreMaxLength'),
    mustBeSignedByOld: configuration.flag('AdditionalRootCertificateCheck'),
    nowMs: charger.nowMs(),
  });
  return { status };
};
