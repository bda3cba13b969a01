import { readFileSync } from 'node:fs';

/** The PEM text of a file that the settings name; undefined when they name none. Settings have checked that it can be read. */
export function pemText(file: string): string | undefined {
  return file === '' ? undefined : readFileSync(file, 'utf8');
}
