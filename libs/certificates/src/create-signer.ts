import { openEmbeddedAuthority } from './embedded-authority';
import { embeddedSigner } from './embedded-signer';
import { httpSigner } from './http-signer';
import { SigningRefused, type CertificateSigner } from './signer';

export interface SignerSettings {
  certificateSigner: 'off' | 'embedded' | 'http';
  /** Of the embedded authority. */
  folder: string;
  validDays: number;
  url: string;
  bearerToken: string;
  timeoutMs: number;
  clock: () => number;
  /** Whose requests are signed, by their O (whitepaper A00.FR.404); none: anybody's. */
  organizations?: readonly string[];
}

/** The signer that is asked for. The embedded authority is made, or read, when it is first asked to sign. */
export function createSigner(settings: SignerSettings): CertificateSigner {
  const { organizations = [] } = settings;
  switch (settings.certificateSigner) {
    case 'off':
      return signerOff;
    case 'http': {
      const { url, bearerToken, timeoutMs } = settings;
      return httpSigner({ url, bearerToken: bearerToken === '' ? null : bearerToken, timeoutMs, organizations });
    }
    case 'embedded': {
      let opened: Promise<CertificateSigner> | null = null;
      const open = () => {
        opened ??= openEmbeddedAuthority(settings).then((authority) => embeddedSigner(authority, organizations));
        opened.catch(() => (opened = null));
        return opened;
      };
      return { kind: 'embedded', sign: async (request) => (await open()).sign(request) };
    }
  }
}

export const signerOff: CertificateSigner = {
  kind: 'off',
  sign: () => Promise.reject(new SigningRefused('Nobody signs certificates here: CERTIFICATE_SIGNER is off.')),
};
