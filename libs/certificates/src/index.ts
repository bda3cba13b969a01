export { chargerUri, isCertificateOf, namesInCertificate, type CertificateNames } from './certificate-names';
export { createSigner, signerOff, type SignerSettings } from './create-signer';
export { describeCertificate, type CertificateHashData, type DescribedCertificate } from './describe-certificate';
export {
  openEmbeddedAuthority,
  ROOT_FILE,
  type EmbeddedAuthority,
  type EmbeddedAuthorityOptions,
  type IssuedServer,
} from './embedded-authority';
export { embeddedSigner } from './embedded-signer';
export { httpSigner, type HttpSignerOptions } from './http-signer';
export { organizationsIn, problemOfOwner } from './organizations';
export { pemBlocks } from './pem';
export { SigningRefused, type CertificateSigner, type SignedCertificate, type SigningRequest } from './signer';
export { readSigningRequest } from './signing-request';
