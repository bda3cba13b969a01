import type { Command } from '../commands/command-target';
import type { CertificateStore } from './certificate-store';

/** Whitepaper M04. */
export const deleteCertificate: Command = ({ equipment }, { certificateHashData }) => ({
  status: equipment.certificates.remove(certificateHashData as Parameters<CertificateStore['remove']>[0]),
});
