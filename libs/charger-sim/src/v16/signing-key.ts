// tsyringe, which the library is built on, wants this first.
import 'reflect-metadata';
import { createPublicKey, webcrypto, X509Certificate, KeyObject } from 'node:crypto';
import * as x509 from '@peculiar/x509';

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** A key pair whose certificate is asked for. */
export interface SigningKey {
  /** PKCS #10 in PEM. */
  csrPem: string;
  privateKeyPem: string;
  /** Whether a certificate is for this key. */
  fits(certificatePem: string): boolean;
}

/**
 * Makes a key and a signing request for it (whitepaper A02, A00.FR.511: CN is the charger, O the CPO).
 * @param cpoName configuration key CpoName
 */
export async function newSigningKey(chargerId: string, cpoName: string): Promise<SigningKey> {
  x509.cryptoProvider.set(webcrypto as never);
  const keys = (await webcrypto.subtle.generateKey(ECDSA, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [chargerId] }, ...(cpoName === '' ? [] : [{ O: [cpoName] }])],
    keys: keys as never,
    signingAlgorithm: ECDSA as never,
  });
  const privateKey = KeyObject.from(keys.privateKey);
  const publicKey = createPublicKey(privateKey);
  return {
    csrPem: request.toString('pem'),
    privateKeyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
    fits: (certificatePem) => new X509Certificate(certificatePem).publicKey.equals(publicKey),
  };
}
