import { x509, webcrypto } from '../x509';

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** What a charger does for SignCertificate: a new key and a request for it, both PEM. */
export async function newSigningRequest(
  subject: x509.JsonName,
  algorithm: object = EC,
): Promise<{ csrPem: string; keyPem: string }> {
  const usages = ['sign', 'verify'] as const;
  const keys = (await webcrypto.subtle.generateKey(algorithm as typeof EC, true, usages)) as webcrypto.CryptoKeyPair;
  const csr = await x509.Pkcs10CertificateRequestGenerator.create({
    name: subject,
    keys,
    signingAlgorithm: algorithm as typeof EC,
  });
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { csrPem: csr.toString('pem'), keyPem: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY') };
}
