import { x509 } from './x509';

/** Whose certificate it says it is. */
export interface CertificateNames {
  readonly commonNames: readonly string[];
  /** O of its subject: whose it is. */
  readonly organizations: readonly string[];
  /** dNSName and URI of the subject's alternative names. */
  readonly alternativeNames: readonly string[];
}

/** @param der of a certificate. @throws when it cannot be read */
export function namesInCertificate(der: Buffer): CertificateNames {
  const certificate = new x509.X509Certificate(new Uint8Array(der));
  const names = certificate.getExtension(x509.SubjectAlternativeNameExtension)?.names.items ?? [];
  return {
    commonNames: certificate.subjectName.getField('CN'),
    organizations: certificate.subjectName.getField('O'),
    alternativeNames: names.filter(({ type }) => type === 'dns' || type === 'url').map(({ value }) => value),
  };
}

const CHARGER_URN = 'urn:chargestream:charger:';

/** Names a charger of a tenant; the embedded authority puts it into what it signs. */
export function chargerUri(tenantId: string, chargerId: string): string {
  return `${CHARGER_URN}${encodeURIComponent(tenantId)}:${encodeURIComponent(chargerId)}`;
}

/**
 * Whether a certificate is this charger's (whitepaper A00.FR.405): by its common name, or one of its alternative names. One
 * that names a tenant's charger is that tenant's alone.
 */
export function isCertificateOf(
  names: Pick<CertificateNames, 'commonNames' | 'alternativeNames'>,
  tenantId: string,
  chargerId: string,
): boolean {
  const uris = names.alternativeNames.filter((name) => name.startsWith(CHARGER_URN));
  if (uris.length > 0) return uris.includes(chargerUri(tenantId, chargerId));
  return [...names.commonNames, ...names.alternativeNames].includes(chargerId);
}
