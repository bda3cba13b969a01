import { DrivenDepot } from '../testing/driven-depot';
import { seededRandom } from '../random';
import { Faults } from './faults';
import { parseFault } from './parse-fault';

describe('faults to order', () => {
  let depot: DrivenDepot;
  beforeEach(() => void (depot = new DrivenDepot()));
  afterEach(() => depot.close());

  it('refuse in the words of each message, or with an error', async () => {
    const charger = await depot.open();
    charger.order({ action: '*', kind: 'refuse', times: 3 });
    expect(await depot.command('Reset', { type: 'Soft' })).toEqual({ status: 'Rejected' });
    expect(await depot.command('UnlockConnector', { connectorId: 1 })).toEqual({ status: 'UnlockFailed' });
    await expect(depot.command('GetLocalListVersion')).rejects.toThrow(/InternalError/);
    expect(await depot.command('GetLocalListVersion')).toEqual({ listVersion: 0 });
    charger.order({ action: 'ClearCache', kind: 'refuse', code: 'NotSupported', times: 1 });
    await expect(depot.command('ClearCache')).rejects.toThrow(/NotSupported/);
  });

  it('answer badly, and twice', async () => {
    const charger = await depot.open();
    charger.order({ action: 'ClearCache', kind: 'bad', times: 1 });
    await expect(depot.command('ClearCache')).rejects.toThrow();
    charger.order({ action: 'ClearCache', kind: 'repeat', times: 1 });
    expect(await depot.command('ClearCache')).toEqual({ status: 'Accepted' });
    await depot.until(() => depot.csms.breaches.some((breach) => breach.includes('UnsolicitedResult')));
  });

  it('cut the socket in the middle of a reset that is carried out', async () => {
    const charger = await depot.open();
    charger.order({ action: 'Reset', kind: 'drop', doing: true, times: 1 });
    await expect(depot.command('Reset', { type: 'Hard' })).rejects.toThrow(/closed/);
    await depot.until(() => depot.sent('BootNotification').length === 2);
  });

  it('leave the server without an answer until the order is taken back', async () => {
    const charger = await depot.open();
    const takeBack = charger.order({ action: 'ClearCache', kind: 'ignore' });
    const peer = depot.csms.peers.get('CP-1')!;
    await expect(peer.call('ClearCache', {}, { timeoutMs: 50 })).rejects.toThrow();
    expect(charger.received('ClearCache')).toHaveLength(0);
    takeBack();
    expect(await depot.command('ClearCache')).toEqual({ status: 'Accepted' });
    charger.order({ action: 'ClearCache', kind: 'late', delayMs: 120, times: 1 });
    await expect(peer.call('ClearCache', {}, { timeoutMs: 40 })).rejects.toThrow();
    await depot.until(() => depot.csms.breaches.some((breach) => breach.includes('LateResult')));
  });

  it('strike the charger’s own messages', async () => {
    const charger = await depot.open();
    charger.order({ action: 'StartTransaction', kind: 'repeat', times: 1 });
    charger.order({ action: 'StopTransaction', kind: 'drop', times: 1 });
    charger.setClockOffset(-86_400_000);
    await charger.start(1, 'TAG');
    await depot.until(() => depot.sent('StartTransaction').length === 2);
    const starts = depot.csms.handled.filter(({ action }) => action === 'StartTransaction');
    expect(starts[0]!.messageId).toBe(starts[1]!.messageId);
    expect(Date.parse(String(starts[0]!.payload.timestamp))).toBeLessThan(Date.now() - 80_000_000);
    await charger.stop(1);
    await charger.goOnline();
    await charger.drained();
    expect(depot.sent('StopTransaction').length).toBeGreaterThanOrEqual(1);
    expect(depot.csms.connections).toBe(2);
  });

  it('are drawn by chance, and read from the command line', async () => {
    await depot.open();
    const faults = new Faults(seededRandom(1), [{ action: '*', kind: 'ignore', chance: 0.25 }]);
    const struck = Array.from({ length: 1_000 }, () => faults.strike('Reset')).filter((fault) => fault !== null);
    expect(struck.length).toBeGreaterThan(180);
    expect(struck.length).toBeLessThan(320);
    expect(parseFault('*=late:5000@0.1')).toEqual({ action: '*', kind: 'late', delayMs: 5_000, chance: 0.1 });
    expect(parseFault('Reset=drop:doing/2')).toEqual({ action: 'Reset', kind: 'drop', doing: true, times: 2 });
    expect(parseFault('Reset=refuse:NotSupported')).toEqual({ action: 'Reset', kind: 'refuse', code: 'NotSupported' });
    for (const wrong of ['Reset', 'Reset=explode', 'Reset=late', 'Reset=ignore@7', 'Reset=refuse:No']) {
      expect(() => parseFault(wrong)).toThrow(RangeError);
    }
  });
});
