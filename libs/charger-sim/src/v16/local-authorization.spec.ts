import { DrivenDepot } from '../testing/driven-depot';

describe('local authorization of a 1.6 charger', () => {
  let depot: DrivenDepot;
  beforeEach(() => void (depot = new DrivenDepot()));
  afterEach(() => depot.close());

  const list = (listVersion: number, updateType: 'Full' | 'Differential', tags: Record<string, string | null>) =>
    depot.command('SendLocalList', {
      listVersion,
      updateType,
      localAuthorizationList: Object.entries(tags).map(([idTag, status]) => ({
        idTag,
        ...(status !== null && { idTagInfo: { status } }),
      })),
    });
  const version = async () => (await depot.command('GetLocalListVersion')).listVersion;

  it('keeps the list and its version, and says what is wrong with an update', async () => {
    await depot.open();
    expect(await version()).toBe(0);
    expect(await list(3, 'Full', { A: 'Accepted', B: 'Blocked' })).toEqual({ status: 'Accepted' });
    expect(await version()).toBe(3);
    expect(await list(3, 'Differential', { C: 'Accepted' })).toEqual({ status: 'VersionMismatch' });
    expect(await list(4, 'Differential', { B: null, C: 'Accepted' })).toEqual({ status: 'Accepted' });
    expect([depot.charger.equipment.localList.get('B'), depot.charger.equipment.localList.size]).toEqual([
      undefined,
      2,
    ]);
    expect(await list(5, 'Full', { A: null })).toEqual({ status: 'Failed' });
    expect(await version()).toBe(4);
    expect(await depot.command('ChangeConfiguration', { key: 'LocalAuthListEnabled', value: 'false' })).toEqual({
      status: 'Accepted',
    });
    expect(await list(6, 'Full', {})).toEqual({ status: 'NotSupported' });
    expect(await version()).toBe(-1);
  });

  it('lets listed tokens charge offline, and no others', async () => {
    const charger = await depot.open();
    await list(1, 'Full', { GOOD: 'Accepted', BAD: 'Blocked' });
    charger.goOffline();
    await depot.until(() => !charger.charger.isOnline);
    expect(await charger.start(1, 'BAD')).toEqual({ kind: 'refused' });
    expect(await charger.start(1, 'UNKNOWN')).toEqual({ kind: 'refused' });
    expect(await charger.start(1, 'GOOD')).toEqual({ kind: 'started', transactionId: null });
    await charger.goOnline();
    await charger.drained();
    expect(depot.sent('StartTransaction')).toMatchObject([{ idTag: 'GOOD' }]);
  });

  it('remembers in its cache whom the server accepted, until ClearCache', async () => {
    const charger = await depot.open({ configuration: { LocalPreAuthorize: 'true' } });
    const asked = () => depot.sent('Authorize').length;
    for (const expected of [1, 1]) {
      await charger.start(1, 'TAG');
      await charger.stop(1);
      await depot.until(() => charger.charger.runningSessions === 0);
      expect(asked()).toBe(expected);
      await depot.until(() => depot.statuses('StatusNotification').at(-1) === 'Available');
    }
    expect(await depot.command('ClearCache')).toEqual({ status: 'Accepted' });
    await charger.start(1, 'TAG');
    expect(asked()).toBe(2);
  });

  it('sends a CALLERRORed StopTransaction as often as TransactionMessageAttempts says, and then what follows it', async () => {
    const charger = await depot.open({ configuration: { TransactionMessageAttempts: '2' } });
    await charger.start(1, 'TAG');
    depot.csms.verdict = ({ action }) => (action === 'StopTransaction' ? 'error' : 'answer');
    await charger.stop(1);
    expect(depot.sent('StopTransaction')).toHaveLength(2);
    await depot.until(() => depot.statuses('StatusNotification').at(-1) === 'Available');
    expect(await charger.start(1, 'TAG')).toMatchObject({ kind: 'started' });
  });
});
