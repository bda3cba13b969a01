import { problemOfOwner } from './organizations';
import { SigningRefused, type SigningRequest } from './signer';
import { x509 } from './x509';

/** A certificate signing request takes one or two kilobytes; OCPP allows 5,500 characters. */
const MAX_CSR_CHARACTERS = 5_500;
/** Whitepaper A00.FR.502: as strong as a symmetric key of 112 bits. */
const MIN_RSA_BITS = 2_048;
const CURVES: ReadonlySet<string> = new Set(['P-256', 'P-384', 'P-521']);

/** Of Web Crypto; RSA has a length, an elliptic curve a name. */
interface KeyAlgorithm {
  name?: string;
  modulusLength?: number;
  namedCurve?: string;
}

/**
 * Reads a charger's request and checks that it may be signed: that whoever made it has the private key, that the key is
 * strong enough, and that it is for this charger and names its owner.
 * @param organizations whose certificates may be signed; none: anybody's
 * @throws SigningRefused
 */
export async function readSigningRequest(
  { csrPem, chargerId, certificateType }: SigningRequest,
  organizations: readonly string[] = [],
): Promise<x509.Pkcs10CertificateRequest> {
  if (csrPem.length > MAX_CSR_CHARACTERS) {
    throw new SigningRefused(`The request has more than ${MAX_CSR_CHARACTERS} characters.`);
  }
  const csr = parsed(csrPem);
  if (!(await csr.verify().catch(() => false))) {
    throw new SigningRefused('The signature of the request does not belong to the key in it.');
  }
  const weakness = weaknessOf(csr.publicKey.algorithm as KeyAlgorithm);
  if (weakness !== null) throw new SigningRefused(weakness);
  const names = csr.subjectName.getField('CN');
  if (names.length !== 1 || names[0] !== chargerId) {
    // Whitepaper A00.FR.405, A00.FR.511: the common name says whose it is; whoever could choose it could be anybody.
    const shown = names.length === 0 ? 'no common name' : `the common name ${names.map((n) => `"${n}"`).join(', ')}`;
    throw new SigningRefused(`The request has ${shown}, but it came from ${chargerId}.`);
  }
  // Whitepaper A02.FR.13, A03.FR.13; one for V2G is shown to vehicles, not to us.
  const owner = certificateType === 'V2GCertificate' ? [] : organizations;
  const problem = problemOfOwner(csr.subjectName.getField('O'), owner);
  if (problem !== null) throw new SigningRefused(`The request ${problem}: set the charger's CpoName.`);
  return csr;
}

function parsed(csrPem: string): x509.Pkcs10CertificateRequest {
  if (!/-----BEGIN (NEW )?CERTIFICATE REQUEST-----/.test(csrPem)) {
    throw new SigningRefused('The request is not in PEM: it does not begin with BEGIN CERTIFICATE REQUEST.');
  }
  try {
    return new x509.Pkcs10CertificateRequest(csrPem.replaceAll('NEW CERTIFICATE REQUEST', 'CERTIFICATE REQUEST'));
  } catch {
    throw new SigningRefused('The request cannot be read as PKCS #10.');
  }
}

function weaknessOf(key: KeyAlgorithm): string | null {
  if (key.modulusLength !== undefined) {
    const strong = key.modulusLength >= MIN_RSA_BITS;
    return strong ? null : `The RSA key has ${key.modulusLength} bits and needs at least ${MIN_RSA_BITS}.`;
  }
  if (key.namedCurve !== undefined && CURVES.has(key.namedCurve)) return null;
  return `A key of the kind ${key.namedCurve ?? key.name ?? 'unknown'} is not signed: use P-256, P-384, P-521 or RSA.`;
}
