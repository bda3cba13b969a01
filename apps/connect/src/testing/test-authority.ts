import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  embeddedSigner,
  openEmbeddedAuthority,
  ROOT_FILE,
  type CertificateSigner,
  type EmbeddedAuthority,
} from '@chargestream/certificates';
import { newSigningRequest } from '@chargestream/certificates/testing';
import type { Settings } from '@chargestream/service-kit';

/** A certificate authority in a folder of its own, a server's certificate from it, and chargers' certificates on demand. */
export class TestAuthority {
  private constructor(
    readonly folder: string,
    private readonly authority: EmbeddedAuthority,
    private readonly signer: CertificateSigner,
  ) {}

  static async create(validDays = 30, clock: () => number = Date.now): Promise<TestAuthority> {
    const folder = mkdtempSync(path.join(tmpdir(), 'authority-'));
    const authority = await openEmbeddedAuthority({ folder: path.join(folder, 'ca'), validDays, clock });
    const own = new TestAuthority(folder, authority, embeddedSigner(authority));
    await own.renewServer();
    return own;
  }

  get rootPem(): string {
    return this.authority.rootPem;
  }

  /** Settings for connect; chargers are asked for certificates. */
  get settings(): Partial<Settings> {
    const file = (name: string) => path.join(this.folder, name);
    return {
      ocppTlsPort: 0,
      ocppTlsCertFile: file('server.pem'),
      ocppTlsKeyFile: file('server-key.pem'),
      ocppTlsClientCaFile: file(path.join('ca', ROOT_FILE)),
    };
  }

  async renewServer(): Promise<string> {
    const { certificatePem, keyPem } = await this.authority.issueForServer(['localhost', '127.0.0.1']);
    writeFileSync(path.join(this.folder, 'server.pem'), certificatePem);
    writeFileSync(path.join(this.folder, 'server-key.pem'), keyPem);
    return certificatePem;
  }

  async charger(
    chargerId: string,
    tenantId = 'default',
    organization?: string,
  ): Promise<{ cert: string; key: string; ca: string }> {
    const { csrPem, keyPem } = await newSigningRequest([
      { CN: [chargerId] },
      ...(organization === undefined ? [] : [{ O: [organization] }]),
    ]);
    const request = { tenantId, chargerId, csrPem, certificateType: null, operationId: 'test' };
    const { chainPem } = await this.signer.sign(request);
    return { cert: chainPem, key: keyPem, ca: this.rootPem };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
