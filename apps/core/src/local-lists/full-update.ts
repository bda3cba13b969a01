import type { ChargerCommand, LocalListEntry, ProtocolVersion, TokenStatus } from '@chargestream/contracts';

/** A SendLocalList of a whole list, in the words of the charger's version. */
export function fullUpdate(
  version: number,
  entries: readonly LocalListEntry[],
  ocppVersion: ProtocolVersion | null,
): ChargerCommand {
  const payload =
    ocppVersion === '2.0.1' || ocppVersion === '2.1'
      ? { versionNumber: version, updateType: 'Full', ...listed(entries.map(entry2)) }
      : { listVersion: version, ...listed(entries.map(entry16)), updateType: 'Full' };
  return { kind: 'CALL_CHARGER', action: 'SendLocalList', payload };
}

/** 2.x wants at least one entry where there is a list; without one the list becomes empty. */
function listed(localAuthorizationList: object[]): object {
  return localAuthorizationList.length === 0 ? {} : { localAuthorizationList };
}

const STATUSES: Record<TokenStatus, string> = {
  ACCEPTED: 'Accepted',
  BLOCKED: 'Blocked',
  EXPIRED: 'Expired',
  INVALID: 'Invalid',
};

/** 1.6 §7.1, §7.27. */
function entry16({ idToken, status, expiresAt, groupId }: LocalListEntry): object {
  const idTagInfo = {
    ...(expiresAt === null ? {} : { expiryDate: expiresAt }),
    ...(groupId === null ? {} : { parentIdTag: groupId }),
    status: STATUSES[status ?? 'INVALID'],
  };
  return { idTag: idToken, idTagInfo };
}

function entry2({ idToken, type, status, expiresAt, groupId }: LocalListEntry): object {
  const idTokenInfo = {
    status: STATUSES[status ?? 'INVALID'],
    ...(expiresAt === null ? {} : { cacheExpiryDateTime: expiresAt }),
    ...(groupId === null ? {} : { groupIdToken: { idToken: groupId, type: 'Central' } }),
  };
  return { idToken: { idToken, type: type ?? 'ISO14443' }, idTokenInfo };
}
