import { DEFAULT_TENANT, type ProtocolVersion } from '@chargestream/contracts';

/** 2.0.1 part 4 §3.1.1: the identity is an identifierString without `:`, at most 48 characters. */
const IDENTITY_2 = /^[A-Za-z0-9*\-_=+|@.]{1,48}$/;
/** 1.6 names no limit; it is a column and part of a key here. */
const IDENTITY_16_MAX = 255;
const TENANT = /^[A-Za-z0-9_.-]{1,64}$/;

export type ChargerPath =
  { ok: true; tenantId: string; chargerId: string } | { ok: false; status: 400 | 404; sentence: string };

/** Reads `/ocpp/{chargerId}` and `/ocpp/{tenant}/{chargerId}`; never throws, whatever the text. */
export function parseChargerPath(url: string): ChargerPath {
  const path = url.split('?', 1)[0] as string;
  if (!path.startsWith('/ocpp/')) {
    return { ok: false, status: 404, sentence: 'Chargers connect at /ocpp/{chargerId} or /ocpp/{tenant}/{chargerId}.' };
  }
  // A trailing slash is what many chargers make of a configured URL that already ends in one.
  const parts = path.slice('/ocpp/'.length).replace(/\/$/, '').split('/');
  if (parts.length > 2)
    return bad('There are too many parts after /ocpp/: it takes {chargerId} or {tenant}/{chargerId}.');
  const decoded = parts.map(decode);
  if (decoded.includes(null)) return bad('The path is not valid percent-encoding.');
  const chargerId = decoded.at(-1) as string;
  const tenantId = decoded.length === 2 ? (decoded[0] as string) : DEFAULT_TENANT;
  if (!TENANT.test(tenantId)) return bad('The tenant must be 1 to 64 letters, digits, "_", "." or "-".');
  if (chargerId === '') return bad('The charger id is empty.');
  if (hasControlCharacter(chargerId)) return bad('The charger id contains a control character.');
  return { ok: true, tenantId, chargerId };
}

/** What the version says of the identity: null when it is fine, else a sentence. */
export function identityProblem(chargerId: string, version: ProtocolVersion): string | null {
  if (version === '1.6') {
    return chargerId.length > IDENTITY_16_MAX ? `The charger id is longer than ${IDENTITY_16_MAX} characters.` : null;
  }
  if (IDENTITY_2.test(chargerId)) return null;
  return 'OCPP 2.x takes a charger id of 1 to 48 letters, digits or * - _ = + | @ . characters.';
}

function bad(sentence: string): ChargerPath {
  return { ok: false, status: 400, sentence };
}

function decode(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

function hasControlCharacter(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) return true;
  }
  return false;
}
