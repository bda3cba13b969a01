import { X509Certificate } from 'node:crypto';
import { pemBlocks } from './pem';
import { x509 } from './x509';

/** OCPP's CertificateHashData (1.6 whitepaper §5; 2.0.1 2.6), hexadecimal in lower case. */
export interface CertificateHashData {
  readonly hashAlgorithm: 'SHA256';
  /** Of the issuer's distinguished name, DER. */
  readonly issuerNameHash: string;
  /** Of the issuer's public key, DER without tag and length. */
  readonly issuerKeyHash: string;
  /** Hexadecimal without leading zeros. */
  readonly serialNumber: string;
}

export interface DescribedCertificate {
  /** RFC 4514, e.g. `CN=CP-1, O=Depot`. */
  readonly subject: string;
  readonly issuer: string;
  /** Hexadecimal, upper case, without leading zeros. */
  readonly serialNumber: string;
  /** ISO 8601. */
  readonly notBefore: string;
  /** ISO 8601. */
  readonly notAfter: string;
  /** Of the whole certificate, SHA-256, hexadecimal. */
  readonly fingerprint: string;
  /** Null when the issuer's certificate is not at hand: OCPP's hashes are of its key. */
  readonly hashData: CertificateHashData | null;
}

/**
 * What a certificate says. Of several in one PEM text the first is described and the others may be its issuer.
 * @param issuerPem where the issuer's certificate is not in `pem`
 * @throws when the text holds no certificate that can be read
 */
export async function describeCertificate(pem: string, issuerPem = ''): Promise<DescribedCertificate> {
  const [own, ...others] = pemBlocks(pem).map((block) => new x509.X509Certificate(block));
  if (own === undefined) throw new Error('There is no certificate in this text: it must be PEM (BEGIN CERTIFICATE).');
  const candidates = [...others, ...pemBlocks(issuerPem).map((block) => new x509.X509Certificate(block)), own];
  const issuer = candidates.find((candidate) => hasSigned(candidate, own));
  const serialNumber = significant(own.serialNumber);
  return {
    subject: own.subject,
    issuer: own.issuer,
    serialNumber: serialNumber.toUpperCase(),
    notBefore: own.notBefore.toISOString(),
    notAfter: own.notAfter.toISOString(),
    fingerprint: hex(await own.getThumbprint('SHA-256')),
    hashData:
      issuer === undefined
        ? null
        : {
            hashAlgorithm: 'SHA256',
            issuerNameHash: hex(await own.issuerName.getThumbprint('SHA-256')),
            issuerKeyHash: hex(await issuer.publicKey.getKeyIdentifier('SHA-256')),
            serialNumber: serialNumber.toLowerCase(),
          },
  };
}

function hasSigned(issuer: x509.X509Certificate, certificate: x509.X509Certificate): boolean {
  return new X509Certificate(Buffer.from(certificate.rawData)).checkIssued(
    new X509Certificate(Buffer.from(issuer.rawData)),
  );
}

function significant(serialNumber: string): string {
  return serialNumber.replace(/^0+(?=.)/, '');
}

function hex(bytes: ArrayBuffer): string {
  return Buffer.from(bytes).toString('hex');
}
