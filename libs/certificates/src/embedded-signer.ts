import { chargerUri } from './certificate-names';
import { describeCertificate } from './describe-certificate';
import type { EmbeddedAuthority } from './embedded-authority';
import { SigningRefused, type CertificateSigner } from './signer';
import { readSigningRequest } from './signing-request';

/** Signs with a certificate authority of our own. For development and small sites: see whitepaper A02.FR.04. */
export function embeddedSigner(authority: EmbeddedAuthority, organizations: readonly string[] = []): CertificateSigner {
  return {
    kind: 'embedded',
    async sign(request) {
      if (request.certificateType === 'V2GCertificate') {
        throw new SigningRefused(
          'The embedded authority is no V2G authority: use CERTIFICATE_SIGNER=http for V2G certificates.',
        );
      }
      const uri = chargerUri(request.tenantId, request.chargerId);
      // 1.6 whitepaper, CertificateSigned.req: the certificate and sub CAs, which there are none of; the root is the charger's own.
      const chainPem = await authority.issueForCharger(await readSigningRequest(request, organizations), uri);
      const { serialNumber, subject, notBefore, notAfter } = await describeCertificate(chainPem);
      return { chainPem, serialNumber, subject, notBefore, notAfter };
    },
  };
}
