const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** The certificates of a PEM text, one by one, each ending in a newline; whatever stands between them is left out. */
export function pemBlocks(text: string): string[] {
  return [...text.matchAll(BLOCK)].map(([block]) => `${block.replaceAll('\r\n', '\n').trim()}\n`);
}
