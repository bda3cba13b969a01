import type { ChargerCommand, LocalListEntry } from '@chargestream/contracts';
import { askedUpdate } from './asked-update';
import { fullUpdate } from './full-update';

const call = (payload: Record<string, unknown>, action = 'SendLocalList') =>
  askedUpdate({ kind: 'CALL_CHARGER', action, payload });
const entry = (idToken: string, more: Partial<LocalListEntry> = {}): LocalListEntry => ({
  ...{ idToken, type: null, status: 'ACCEPTED', expiresAt: null, groupId: null },
  ...more,
});

describe('the update of a local list that a call asks for', () => {
  it('is in the words of 1.6', () => {
    const info = { status: 'Blocked', parentIdTag: 'fleet', expiryDate: '2026-01-01T13:00:00+01:00' };
    const localAuthorizationList = [{ idTag: 'A', idTagInfo: info }, { idTag: 'B' }];
    expect(call({ listVersion: 3, updateType: 'Differential', localAuthorizationList })).toEqual({
      version: 3,
      updateType: 'DIFFERENTIAL',
      entries: [
        entry('A', { status: 'BLOCKED', groupId: 'fleet', expiresAt: '2026-01-01T12:00:00.000Z' }),
        entry('B', { status: null }),
      ],
    });
    expect(call({ listVersion: 3, updateType: 'Full' })).toEqual({ version: 3, updateType: 'FULL', entries: [] });
  });

  it('is in the words of 2.x', () => {
    const idToken = { idToken: 'A', type: 'ISO14443' };
    const idTokenInfo = { status: 'NotAtThisTime', groupIdToken: { idToken: 'fleet', type: 'Central' } };
    const localAuthorizationList = [{ idToken, idTokenInfo }];
    expect(call({ versionNumber: 3, updateType: 'Full', localAuthorizationList })).toEqual({
      version: 3,
      updateType: 'FULL',
      entries: [entry('A', { type: 'ISO14443', status: 'INVALID', groupId: 'fleet' })],
    });
  });

  it.each([
    [{}],
    [{ listVersion: '3', updateType: 'Full' }],
    [{ listVersion: 3, updateType: 'Half' }],
    [{ listVersion: 3, updateType: 'Full', localAuthorizationList: [null, 7, { idTag: 7 }, {}] }],
  ])('has nothing of %j that is none', (payload) => {
    expect(call(payload)?.entries ?? []).toEqual([]);
  });

  it('is none of another action', () => {
    expect(call({ listVersion: 3, updateType: 'Full' }, 'GetLocalListVersion')).toBeNull();
  });
});

describe('the update of a local list that a neutral command asks for', () => {
  const neutral = (command: object) => askedUpdate(command as ChargerCommand);

  it('is as it is', () => {
    const update = { version: 3, updateType: 'DIFFERENTIAL', entries: [entry('A', { status: null })] };
    expect(neutral({ kind: 'SEND_LOCAL_LIST', ...update })).toEqual(update);
    expect(neutral({ kind: 'CLEAR_CACHE', ...update })).toBeNull();
    expect(neutral({ kind: 'SEND_LOCAL_LIST', ...update, updateType: 'Half' })).toBeNull();
  });
});

describe('a full update', () => {
  const entries = [
    entry('A', { type: 'Central', groupId: 'fleet', expiresAt: '2026-01-01T12:00:00.000Z' }),
    entry('B', { type: 'ISO14443', status: 'BLOCKED' }),
  ];

  it.each(['2.0.1', '2.1'] as const)('asks a charger of %s for what it is made of', (version) => {
    expect(askedUpdate(fullUpdate(4, entries, version))).toEqual({ version: 4, updateType: 'FULL', entries });
  });

  it('asks a charger of 1.6 for what it is made of, but for the types it does not know', () => {
    const untyped = entries.map((one) => ({ ...one, type: null }));
    expect(askedUpdate(fullUpdate(4, entries, '1.6'))).toEqual({ version: 4, updateType: 'FULL', entries: untyped });
  });
});
