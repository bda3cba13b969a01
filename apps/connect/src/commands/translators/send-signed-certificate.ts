import { calls, type Translator } from '../translation';

/** Whitepaper A02, A03 CertificateSigned; 2.0.1 A02. */
export const sendSignedCertificate: Translator<'SEND_SIGNED_CERTIFICATE'> = ({ certificateChain }) =>
  calls({ action: 'CertificateSigned', payload: { certificateChain } });
