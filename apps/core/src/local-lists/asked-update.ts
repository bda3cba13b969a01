import type { ChargerCommand, LocalListEntry, TokenStatus } from '@chargestream/contracts';
import type { LocalListUpdate } from '@chargestream/domain';

/** The update of a local list that a command asks for; null when it asks for something else, or nothing of use. */
export function askedUpdate(command: ChargerCommand): LocalListUpdate | null {
  if (command.kind !== 'CALL_CHARGER') return askedByKind(command as unknown as Neutral);
  return command.action === 'SendLocalList' ? askedByCall(command.payload) : null;
}

type Neutral = { kind: string } & Record<string, unknown>;

/** The neutral command calls things as the facts do; what api sent is looked at with care all the same. */
function askedByKind(command: Neutral): LocalListUpdate | null {
  const { kind, version, updateType, entries } = command;
  if (kind !== 'SEND_LOCAL_LIST' || typeof version !== 'number') return null;
  if (updateType !== 'FULL' && updateType !== 'DIFFERENTIAL') return null;
  return { version, updateType, entries: Array.isArray(entries) ? (entries as LocalListEntry[]) : [] };
}

/** 1.6 §6.41, and SendLocalListRequest of 2.x. */
function askedByCall(payload: Record<string, unknown>): LocalListUpdate | null {
  const { listVersion, versionNumber, updateType, localAuthorizationList } = payload;
  const version = listVersion ?? versionNumber;
  if (typeof version !== 'number') return null;
  if (updateType !== 'Full' && updateType !== 'Differential') return null;
  const items: unknown[] = Array.isArray(localAuthorizationList) ? localAuthorizationList : [];
  const entries = items.map(entryOf).filter((entry) => entry !== null);
  return { version, updateType: updateType === 'Full' ? 'FULL' : 'DIFFERENTIAL', entries };
}

function entryOf(item: unknown): LocalListEntry | null {
  if (!isObject(item)) return null;
  const token = isObject(item.idToken) ? item.idToken : {};
  const idToken = item.idTag ?? token.idToken;
  if (typeof idToken !== 'string') return null;
  const info = item.idTagInfo ?? item.idTokenInfo;
  const type = textOf(token.type);
  // 1.6 §7.1: without what is to be known of it, it is taken off the list.
  if (!isObject(info)) return { idToken, type, status: null, expiresAt: null, groupId: null };
  const group = isObject(info.groupIdToken) ? info.groupIdToken.idToken : info.parentIdTag;
  return {
    idToken,
    type,
    status: STATUSES.get(info.status) ?? 'INVALID',
    expiresAt: timeOf(info.expiryDate ?? info.cacheExpiryDateTime),
    groupId: textOf(group),
  };
}

/** 1.6 §3.5.2: on a list ConcurrentTx is as good as Accepted. What 2.x knows beyond these may not charge. */
const STATUSES: ReadonlyMap<unknown, TokenStatus> = new Map([
  ['Accepted', 'ACCEPTED'],
  ['ConcurrentTx', 'ACCEPTED'],
  ['Blocked', 'BLOCKED'],
  ['Expired', 'EXPIRED'],
  ['Invalid', 'INVALID'],
]);

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** In UTC; null when there is none. */
function timeOf(value: unknown): string | null {
  const ms = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}
