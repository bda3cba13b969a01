import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface ServerCertificate {
  /** PEM texts, for the `tls` of a double. */
  tls: { cert: string; key: string };
  /** PEM file of the authority, for EVENTSTORE_CA_FILE. */
  caFile: string;
  dispose(): void;
}

/** Why there can be no certificates here; null when there can. */
export function certificatesUnavailable(): string | null {
  const { error, status } = spawnSync('openssl', ['version'], { stdio: 'ignore' });
  return error === undefined && status === 0 ? null : 'needs the program openssl: install it';
}

/** An authority of its own, and a certificate by it for 127.0.0.1 and localhost, valid for two days. @throws Error without openssl */
export function createServerCertificate(): ServerCertificate {
  const folder = mkdtempSync(path.join(tmpdir(), 'chargestream-certificates-'));
  const file = (name: string) => path.join(folder, name);
  const openssl = (...args: string[]) => void execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl('req', '-x509', ...key, '-days', '2', '-subj', '/CN=test authority', '-keyout', 'ca.key', '-out', 'ca.crt');
  openssl('req', '-new', ...key, '-subj', '/CN=localhost', '-keyout', 'node.key', '-out', 'node.csr');
  writeFileSync(file('node.ext'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\nbasicConstraints=CA:FALSE\n');
  const by = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'node.ext'];
  openssl('x509', '-req', '-in', 'node.csr', ...by, '-out', 'node.crt');
  return {
    tls: { cert: readFileSync(file('node.crt'), 'utf8'), key: readFileSync(file('node.key'), 'utf8') },
    caFile: file('ca.crt'),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}
