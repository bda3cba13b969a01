import { describeCertificate } from './describe-certificate';
import { pemBlocks } from './pem';
import { SigningRefused, type CertificateSigner } from './signer';
import { readSigningRequest } from './signing-request';
import { createPublicKey, X509Certificate } from 'node:crypto';

export interface HttpSignerOptions {
  /** http or https. */
  url: string;
  /** Sent as `Authorization: Bearer …`; null where the authority wants none. */
  bearerToken: string | null;
  timeoutMs: number;
  /** Whose requests are passed on, by their O; none: anybody's. */
  organizations?: readonly string[];
}

/** A chain of five certificates takes some ten kilobytes. */
const MAX_ANSWER_BYTES = 256 * 1024;

/**
 * Lets a certificate authority sign: POST of the request (`application/pkcs10`, PEM), answered 200 with the chain in PEM,
 * the charger's certificate first. `X-Tenant-Id`, `X-Charger-Id` and `X-Operation-Id` say for whom; the same operation asked
 * again may be answered with the same certificate. A 4xx answer is its refusal (408 and 429 are not), anything else is
 * worth another try.
 */
export function httpSigner({ url, bearerToken, timeoutMs, organizations = [] }: HttpSignerOptions): CertificateSigner {
  return {
    kind: 'http',
    async sign(request) {
      const csr = await readSigningRequest(request, organizations);
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'error',
        headers: {
          'content-type': 'application/pkcs10',
          accept: 'application/pem-certificate-chain, application/x-pem-file, text/plain',
          'x-tenant-id': encodeURIComponent(request.tenantId),
          'x-charger-id': encodeURIComponent(request.chargerId),
          'x-operation-id': encodeURIComponent(request.operationId),
          ...(request.certificateType === null ? {} : { 'x-certificate-type': request.certificateType }),
          ...(bearerToken === null ? {} : { authorization: `Bearer ${bearerToken}` }),
        },
        body: request.csrPem,
        signal: AbortSignal.timeout(timeoutMs),
      });
      const text = await limited(response);
      if (!response.ok) throw failure(response.status, text);
      return chainOf(text, Buffer.from(csr.publicKey.rawData));
    },
  };
}

async function chainOf(text: string, publicKey: Buffer) {
  const blocks = pemBlocks(text);
  const [own] = blocks;
  if (own === undefined) throw new Error('The certificate authority answered without a certificate in PEM.');
  const key = createPublicKey({ key: publicKey, format: 'der', type: 'spki' });
  if (!new X509Certificate(own).publicKey.equals(key)) {
    throw new Error('The certificate authority answered with a certificate for another key.');
  }
  const chainPem = blocks.join('');
  const { serialNumber, subject, notBefore, notAfter } = await describeCertificate(chainPem);
  return { chainPem, serialNumber, subject, notBefore, notAfter };
}

function failure(status: number, text: string): Error {
  const sentence = `The certificate authority answered ${status}: ${text.trim().slice(0, 200) || 'without a word'}`;
  const refuses = status >= 400 && status < 500 && status !== 408 && status !== 429;
  return refuses ? new SigningRefused(sentence) : new Error(sentence);
}

async function limited(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += (chunk as Uint8Array).byteLength;
    if (bytes > MAX_ANSWER_BYTES)
      throw new Error(`The certificate authority answered more than ${MAX_ANSWER_BYTES} bytes.`);
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks).toString('utf8');
}
