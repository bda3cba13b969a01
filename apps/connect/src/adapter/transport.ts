import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { namesInCertificate, type CertificateNames } from '@chargestream/certificates';

/** How a charger came: plain, by TLS, or by TLS with a certificate of its own. */
export type Transport =
  | { readonly kind: 'plain' }
  | { readonly kind: 'tls' }
  | { readonly kind: 'certificate'; readonly names: CertificateNames }
  /** It shows one that is not to be trusted; the problem says why. */
  | { readonly kind: 'bad certificate'; readonly problem: string };

/** @param nowMs ours: a session that is taken up again is not looked at by the handshake. */
export function transportOf(socket: Socket, nowMs: number): Transport {
  if (!(socket instanceof TLSSocket)) return { kind: 'plain' };
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return { kind: 'tls' };
  // Whitepaper A00.FR.403: the path is verified by the handshake, against OCPP_TLS_CLIENT_CA_FILE.
  if (!socket.authorized) return { kind: 'bad certificate', problem: problemOf(socket.authorizationError) };
  if (Date.parse(certificate.validTo) < nowMs) return { kind: 'bad certificate', problem: 'it has expired' };
  try {
    return { kind: 'certificate', names: namesInCertificate(certificate.raw) };
  } catch {
    return { kind: 'bad certificate', problem: 'it cannot be read' };
  }
}

/** Node has OpenSSL's code here, or an error of its own. */
function problemOf(error: unknown): string {
  const code = error instanceof Error ? error.message : String(error);
  if (code === 'CERT_HAS_EXPIRED') return 'it has expired';
  if (code === 'CERT_NOT_YET_VALID') return 'it is not valid yet';
  return `nobody in OCPP_TLS_CLIENT_CA_FILE vouches for it (${code})`;
}
