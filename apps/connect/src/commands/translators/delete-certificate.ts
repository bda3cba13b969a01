import { calls, type Translator } from '../translation';

/** Whitepaper M04; 2.0.1 M04. */
export const deleteCertificate: Translator<'DELETE_CERTIFICATE'> = ({ certificate }) => {
  const { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber } = certificate;
  const certificateHashData = { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber };
  return calls({ action: 'DeleteCertificate', payload: { certificateHashData } });
};
