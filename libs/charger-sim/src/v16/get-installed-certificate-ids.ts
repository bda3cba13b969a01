import type { Command } from '../commands/command-target';
import type { RootType } from './certificate-store';

/** Whitepaper M03: NotFound when there is none of this type. */
export const getInstalledCertificateIds: Command = ({ equipment }, { certificateType }) => {
  const certificateHashData = equipment.certificates.hashesOf(certificateType as RootType);
  return certificateHashData.length === 0 ? { status: 'NotFound' } : { status: 'Accepted', certificateHashData };
};
