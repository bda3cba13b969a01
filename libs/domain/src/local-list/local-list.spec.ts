import type { LocalListEntry } from '@chargestream/contracts';
import { at } from '../testing/events';
import { given } from '../testing/given-when-then';
import { intendedEntries, localListDecider, type LocalListCommand, type LocalListUpdate } from './local-list';

const localList = given(localListDecider, (command: LocalListCommand) => ({
  causationId: command.kind === 'told' ? command.id : `finished ${command.commandId}`,
  occurredAt: at(0),
  receivedAt: at(0),
}));
const entry = (idToken: string, status: LocalListEntry['status'] = 'ACCEPTED'): LocalListEntry => ({
  idToken,
  status,
  type: null,
  expiresAt: null,
  groupId: null,
});
const full = (version: number, ...entries: LocalListEntry[]): LocalListUpdate => ({
  version,
  updateType: 'FULL',
  entries,
});
const changes = (version: number, ...entries: LocalListEntry[]): LocalListUpdate => ({
  version,
  updateType: 'DIFFERENTIAL',
  entries,
});
const answered = (commandId: string, update: LocalListUpdate, status = 'Accepted'): LocalListCommand => ({
  kind: 'answered',
  ...{ commandId, update, status, resendAs: `full for ${commandId}` },
});
const told = (id: string, version: number): LocalListCommand => ({ kind: 'told', id, version });
const contentAfter = (first: LocalListCommand, last: LocalListCommand) => {
  const { state } = localList([first]).when(last);
  return [...state().entries.values()].map(({ idToken, status }) => `${idToken} ${status}`);
};

describe('a local list', () => {
  it('holds what the charger accepted', () => {
    const first = full(1, entry('A'), entry('B'));
    localList([])
      .when(answered('1', first))
      .then([{ type: 'LocalListChanged', data: { ...first, commandId: '1' } }]);
    localList([answered('1', first)])
      .when(answered('1', first))
      .thenNothing();
  });

  it('is replaced by a full update, and changed by a differential one: put, replaced, taken off', () => {
    const { state } = localList([answered('1', full(1, entry('A'), entry('B'), entry('C')))]).when(
      answered('2', changes(2, entry('b', 'BLOCKED'), entry('C', null), entry('D'))),
    );
    expect([...state().entries.values()].map(({ idToken, status }) => `${idToken} ${status}`)).toEqual([
      'A ACCEPTED',
      'b BLOCKED',
      'D ACCEPTED',
    ]);
    expect(state().version).toBe(2);
    const after = localList([answered('1', full(1, entry('A')))]).when(answered('2', full(9, entry('Z'))));
    expect([...after.state().entries.keys()]).toEqual(['z']);
  });

  it.each(['VersionMismatch', 'Failed'])('is sent in full after a differential update is answered %s', (status) => {
    const update = changes(2, entry('B'));
    const { state, outcome } = localList([answered('1', full(1, entry('A')))]).when(answered('2', update, status));
    expect(outcome).toEqual([
      {
        type: 'LocalListRefused',
        data: { version: 2, updateType: 'DIFFERENTIAL', status, commandId: '2', resentAs: 'full for 2' },
      },
    ]);
    // Nothing has changed at the charger.
    expect([...state().entries.keys()]).toEqual(['a']);
    expect(state().version).toBe(1);
    expect(intendedEntries(state(), update).map(({ idToken }) => idToken)).toEqual(['A', 'B']);
  });

  it('is not sent again after a full update is refused, nor twice', () => {
    for (const status of ['Failed', 'VersionMismatch', 'NotSupported']) {
      localList([])
        .when(answered('1', full(1, entry('A')), status))
        .then([
          {
            type: 'LocalListRefused',
            data: { version: 1, updateType: 'FULL', status, commandId: '1', resentAs: null },
          },
        ]);
    }
    localList([answered('1', changes(1), 'Failed')])
      .when(answered('1', changes(1), 'Failed'))
      .thenNothing();
  });

  it('is not sent in full while it may hold what nobody here put into it', () => {
    const refused = answered('2', changes(2, entry('B')), 'VersionMismatch');
    expect(localList([]).when(refused).outcome).toMatchObject([{ data: { resentAs: null } }]);
    const grown = localList([answered('1', changes(1, entry('A')))]);
    expect(grown.when(refused).outcome).toMatchObject([{ data: { resentAs: null } }]);
    // Told to be empty it is known.
    expect(localList([told('t', 0)]).when(refused).outcome).toMatchObject([{ data: { resentAs: 'full for 2' } }]);
  });

  it('that the charger does not support holds nothing, until the charger takes one after all', () => {
    const unsupported = answered('2', changes(2, entry('B')), 'NotSupported');
    const { state, outcome } = localList([answered('1', full(1, entry('A')))]).when(unsupported);
    expect(outcome).toMatchObject([{ type: 'LocalListRefused', data: { resentAs: null } }]);
    expect(state()).toMatchObject({ status: 'unsupported', version: null });
    localList([unsupported]).when(told('t', -1)).thenNothing();
    expect(
      localList([unsupported])
        .when(answered('3', full(3)))
        .state(),
    ).toMatchObject({ status: 'kept', version: 3 });
  });

  it('has the version that the charger tells (1.6 §5.10)', () => {
    const known = answered('1', full(4, entry('A')));
    localList([known]).when(told('t', 4)).thenNothing();
    localList([known])
      .when(told('t', 3))
      .then([{ type: 'LocalListVersionCorrected', data: { version: 3 } }]);
    localList([])
      .when(told('t', 0))
      .then([{ type: 'LocalListVersionCorrected', data: { version: 0 } }]);
    localList([known, told('t', 3), answered('2', full(5))])
      .when(told('t', 3))
      .thenNothing();
  });

  it('told as another version may yet be repaired; told as empty or not kept it is empty', () => {
    const known = answered('1', full(4, entry('A')));
    expect(contentAfter(known, told('t', 3))).toEqual(['A ACCEPTED']);
    expect(contentAfter(known, told('t', 0))).toEqual([]);
    expect(contentAfter(known, told('t', -1))).toEqual([]);
    expect(localList([known]).when(told('t', -1)).state()).toMatchObject({ status: 'unsupported' });
  });
});
