import type { LocalListEntry, TokenStatus } from '@chargestream/contracts';
import { calls, optional, type Translator } from '../translation';

const STATUSES: Record<TokenStatus, string> = {
  ACCEPTED: 'Accepted',
  BLOCKED: 'Blocked',
  EXPIRED: 'Expired',
  INVALID: 'Invalid',
};

/** 1.6 §5.15; 2.0.1 D01. No list at all is an empty one: 2.x takes no list without an entry. */
export const sendLocalList: Translator<'SEND_LOCAL_LIST'> = (command, { version }) => {
  const { updateType, version: listVersion, entries } = command;
  const type = updateType === 'FULL' ? 'Full' : 'Differential';
  const listed = (entryOf: (entry: LocalListEntry) => object) =>
    optional('localAuthorizationList', entries.length === 0 ? null : entries.map(entryOf));
  const payload =
    version === '1.6'
      ? { listVersion, ...listed(entry16), updateType: type }
      : { versionNumber: listVersion, updateType: type, ...listed(entry2) };
  return calls({ action: 'SendLocalList', payload });
};

/** 1.6 §7.1: without idTagInfo the token is taken off the list. */
function entry16({ idToken, status, expiresAt, groupId }: LocalListEntry): object {
  if (status === null) return { idTag: idToken };
  const expiry = optional('expiryDate', expiresAt);
  return { idTag: idToken, idTagInfo: { ...expiry, ...optional('parentIdTag', groupId), status: STATUSES[status] } };
}

/** 2.0.1 D01.FR.16: without idTokenInfo the token is taken off the list. */
function entry2({ idToken, type, status, expiresAt, groupId }: LocalListEntry): object {
  const token = { idToken: { idToken, type: type ?? 'ISO14443' } };
  if (status === null) return token;
  const group = groupId === null ? null : { idToken: groupId, type: 'Central' };
  const expiry = optional('cacheExpiryDateTime', expiresAt);
  return { ...token, idTokenInfo: { status: STATUSES[status], ...expiry, ...optional('groupIdToken', group) } };
}
