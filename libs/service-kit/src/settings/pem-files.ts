import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

export type PemKind = 'certificate' | 'key';

const EXPECTED: Record<PemKind, { marker: RegExp; sentence: string }> = {
  certificate: { marker: /-----BEGIN CERTIFICATE-----/, sentence: 'certificates in PEM (-----BEGIN CERTIFICATE-----)' },
  key: { marker: /-----BEGIN [A-Z ]*PRIVATE KEY-----/, sentence: 'a private key in PEM (-----BEGIN PRIVATE KEY-----)' },
};

/** @returns what is wrong with the file, as a sentence that names the variable, never what is in it; null when nothing is. */
export function pemProblem(variable: string, file: string, kind: PemKind): string | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return `${variable}=${file} cannot be read (${(error as NodeJS.ErrnoException).code}): name a file that is there and that this user may read`;
  }
  const { marker, sentence } = EXPECTED[kind];
  if (!marker.test(text)) return `${variable}=${file} must hold ${sentence}`;
  try {
    if (kind === 'certificate') new X509Certificate(text);
    else createPrivateKey(text);
    return null;
  } catch {
    return `${variable}=${file} looks like PEM but what is in it cannot be read: it must hold ${sentence}, without a passphrase`;
  }
}
