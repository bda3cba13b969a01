import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openEmbeddedAuthority, ROOT_FILE } from '@chargestream/certificates';
import type { Settings } from '@chargestream/service-kit';

export interface TestAuthority {
  rootPem: string;
  /** TLS for chargers, and the same authority as the signer of their certificates. */
  settings: Partial<Settings>;
  remove(): void;
}

/** An authority in a folder of its own that vouches for the server, and for the chargers that ask the server for certificates. */
export async function createAuthority(): Promise<TestAuthority> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'conformance-authority-'));
  const certificateDir = path.join(folder, 'ca');
  const authority = await openEmbeddedAuthority({ folder: certificateDir, validDays: 30, clock: Date.now });
  const { certificatePem, keyPem } = await authority.issueForServer(['localhost', '127.0.0.1']);
  const ocppTlsCertFile = path.join(folder, 'server.pem');
  const ocppTlsKeyFile = path.join(folder, 'server-key.pem');
  writeFileSync(ocppTlsCertFile, certificatePem);
  writeFileSync(ocppTlsKeyFile, keyPem);
  const ocppTlsClientCaFile = path.join(certificateDir, ROOT_FILE);
  const tls = { ocppTlsPort: 0, ocppTlsCertFile, ocppTlsKeyFile, ocppTlsClientCaFile };
  return {
    rootPem: authority.rootPem,
    settings: { ...tls, certificateSigner: 'embedded', certificateDir },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
