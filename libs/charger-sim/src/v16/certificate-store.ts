import { X509Certificate } from 'node:crypto';
import { describeCertificate, pemBlocks, type CertificateHashData } from '@chargestream/certificates';

export type RootType = 'CentralSystemRootCertificate' | 'ManufacturerRootCertificate';

interface Root {
  type: RootType;
  pem: string;
  hash: CertificateHashData;
}

/** The root certificates in a charger, and its own chain (whitepaper §2.7, M03 to M05). */
export class CertificateStore {
  /** The charger's certificate and its issuers, PEM; null before one was signed. */
  ownChain: string | null = null;
  private roots: Root[] = [];

  rootsOf(type: RootType): string[] {
    return this.roots.filter((root) => root.type === type).map(({ pem }) => pem);
  }

  hashesOf(type: RootType): CertificateHashData[] {
    return this.roots.filter((root) => root.type === type).map(({ hash }) => hash);
  }

  /** M05.FR.02, .03, .06, .09, .10. */
  async install(
    type: RootType,
    text: string,
    limits: { maxCertificates: number; mustBeSignedByOld: boolean; nowMs: number },
  ): Promise<'Accepted' | 'Rejected' | 'Failed'> {
    const [pem] = pemBlocks(text);
    if (!pem) return 'Rejected';
    let root: Root;
    try {
      const certificate = new X509Certificate(pem);
      if (!certificate.ca || Date.parse(certificate.validTo) < limits.nowMs) return 'Rejected';
      const { hashData } = await describeCertificate(pem, this.roots.map((other) => other.pem).join(''));
      if (!hashData) return 'Rejected';
      root = { type, pem, hash: hashData };
    } catch {
      return 'Rejected';
    }
    const rest = this.roots.filter(({ hash, type: held }) => held !== type || !isSame(hash, root.hash));
    const old = rest.filter((other) => other.type === 'CentralSystemRootCertificate');
    if (type === 'CentralSystemRootCertificate' && limits.mustBeSignedByOld && old.length > 0) {
      const isSigned = old.some((other) => isIssuedBy(new X509Certificate(pem), new X509Certificate(other.pem)));
      if (!isSigned) return 'Rejected';
      this.roots = [...rest.filter((other) => !old.includes(other)), old.at(-1)!, root];
      return 'Accepted';
    }
    if (rest.length >= limits.maxCertificates) return 'Rejected';
    this.roots = [...rest, root];
    return 'Accepted';
  }

  /** M04. Hashes are compared where they were made with SHA256, as this charger makes its own. */
  remove(hash: { hashAlgorithm: string; issuerNameHash: string; issuerKeyHash: string; serialNumber: string }) {
    const found = this.roots.find((root) => isSame(root.hash, hash));
    if (!found) return 'NotFound';
    this.roots = this.roots.filter((root) => root !== found);
    return 'Accepted';
  }
}

/**
 * Whether a chain is valid now, each certificate issued by the next, and, where roots are known, the last by one of them.
 * @param chain PEM, the charger's own certificate first
 */
export function isValidChain(chain: readonly string[], rootsPem: readonly string[], nowMs: number): boolean {
  try {
    const certificates = chain.map((pem) => new X509Certificate(pem));
    const inTime = certificates.every(
      ({ validFrom, validTo }) => Date.parse(validFrom) <= nowMs && nowMs <= Date.parse(validTo),
    );
    const linked = certificates.every((certificate, index) => {
      const issuer = certificates[index + 1];
      return issuer === undefined || isIssuedBy(certificate, issuer);
    });
    const last = certificates.at(-1);
    if (!last || !inTime || !linked) return false;
    const roots = rootsPem.map((pem) => new X509Certificate(pem));
    return (
      roots.length === 0 || roots.some((root) => isIssuedBy(last, root) || last.fingerprint256 === root.fingerprint256)
    );
  } catch {
    return false;
  }
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

type Hash = Pick<CertificateHashData, 'issuerNameHash' | 'issuerKeyHash' | 'serialNumber'> & { hashAlgorithm: string };

function isSame(a: Hash, b: Hash): boolean {
  const text = ({ hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber }: Hash) =>
    [hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber.replace(/^0+(?=.)/, '')].join('/').toLowerCase();
  return text(a) === text(b);
}
