import path from 'node:path';
import { createSigner, organizationsIn, signerOff, type CertificateSigner } from '@chargestream/certificates';
import type { Settings } from '@chargestream/service-kit';

export type SigningSettings = Pick<
  Settings,
  | 'certificateSigner'
  | 'certificateDir'
  | 'certificateValidDays'
  | 'certificateUrl'
  | 'certificateToken'
  | 'certificateTimeoutMs'
  | 'cpoName'
  | 'dataDir'
>;

/** Who signs chargers' certificates, as the settings have it; nobody where they do not tell. */
export function signerOf(settings: Partial<SigningSettings>, clock: () => number): CertificateSigner {
  const { certificateSigner = 'off', certificateDir, dataDir, certificateValidDays } = settings;
  if (certificateSigner === 'off') return signerOff;
  return createSigner({
    certificateSigner,
    folder: path.resolve(certificateDir || path.join(dataDir ?? 'data', 'certificates')),
    validDays: certificateValidDays ?? 365,
    url: settings.certificateUrl ?? '',
    bearerToken: settings.certificateToken ?? '',
    timeoutMs: settings.certificateTimeoutMs ?? 30_000,
    clock,
    organizations: organizationsIn(settings.cpoName ?? ''),
  });
}
