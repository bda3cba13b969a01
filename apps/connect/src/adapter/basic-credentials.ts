/** What a Basic Authorization header carries. The password stays bytes: 1.6 sends a decoded key that is no text. */
export interface PresentedCredentials {
  username: string;
  password: Buffer;
}

/**
 * @param expectedUsername a charger id may hold a colon (1.6 names no character set), so it is tried as a whole first.
 * @returns null when there is no header or it is not Basic.
 */
export function parseBasic(header: string | undefined, expectedUsername: string): PresentedCredentials | null {
  const match = /^Basic +([A-Za-z0-9+/_-]+={0,2}) *$/i.exec(header ?? '');
  if (!match) return null;
  const decoded = Buffer.from(match[1] as string, 'base64');
  const expected = Buffer.from(`${expectedUsername}:`);
  if (decoded.length >= expected.length && decoded.subarray(0, expected.length).equals(expected)) {
    return { username: expectedUsername, password: decoded.subarray(expected.length) };
  }
  const colon = decoded.indexOf(0x3a);
  if (colon < 0) return null;
  return { username: decoded.toString('utf8', 0, colon), password: decoded.subarray(colon + 1) };
}

/** 1.6 AuthorizationKey is 16 to 20 bytes, configured as 32 to 40 hexadecimal digits. */
const HEX_KEY = /^(?:[0-9a-f]{2}){16,20}$/i;

/**
 * 1.6 security whitepaper A00.FR.205: the header carries the decoded bytes of a key configured in hex. Chargers and operators do
 * either, so both forms of one key are the same key. The presented form comes first.
 */
export function formsOfAuthorizationKey(password: Buffer): Buffer[] {
  const text = password.toString('latin1');
  if (HEX_KEY.test(text)) {
    return distinct([
      password,
      Buffer.from(text, 'hex'),
      Buffer.from(text.toLowerCase()),
      Buffer.from(text.toUpperCase()),
    ]);
  }
  if (password.length < 16 || password.length > 20) return [password];
  const hex = password.toString('hex');
  return distinct([password, Buffer.from(hex), Buffer.from(hex.toUpperCase())]);
}

function distinct(forms: Buffer[]): Buffer[] {
  return forms.filter((form, index) => forms.findIndex((other) => other.equals(form)) === index);
}
