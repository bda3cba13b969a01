const MAX_LENGTH = 200;

/** The last part of what a charger named its file, without anything that a file system, a header or a terminal could mistake. */
export function harmlessName(name: string | null): string {
  const [last = ''] = (name ?? '').split(/[/\\]/).slice(-1);
  const plain = last
    .replace(/[\p{C}\p{Z}"<>:|?*]+/gu, ' ')
    .trim()
    .replace(/^\.+/, '');
  return plain.slice(0, MAX_LENGTH).trim() || 'upload';
}

/** RFC 6266: for old readers in ASCII, for all others as it is. */
export function attachment(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
