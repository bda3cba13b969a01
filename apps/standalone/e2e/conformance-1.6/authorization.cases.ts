import { casesIn } from './cases';
import { inSeconds } from './bench';

const { cases, define } = casesIn('authorization.cases.ts');
export const authorizationCases = cases;

/** §4.1, §4.8: the status in both answers; and a transaction id for the one that is started all the same. */
function refused(number: string, idTag: string, status: string, token: Record<string, unknown> | null): void {
  define(number, `§4.1, §4.8, §7.2 ${status}`, async (bench, id) => {
    if (token) await bench.token(idTag, token);
    const charger = await bench.charger(id);
    const answer = await charger.call('Authorize', { idTag });
    expect(answer).toEqual({ idTagInfo: expect.objectContaining({ status }) });
    const started = await charger.call('StartTransaction', {
      ...{ connectorId: 1, idTag, meterStart: 5, timestamp: inSeconds(0) },
    });
    expect(Object.keys(started)).toEqual(['idTagInfo', 'transactionId']);
    expect(started).toEqual({
      ...{ idTagInfo: expect.objectContaining({ status }), transactionId: expect.any(Number) },
    });
    const transactionId = started['transactionId'];
    await bench.sessions(id, [{ state: 'ACTIVE', authorizationStatus: status, transactionId: String(transactionId) }]);
    const stop = { transactionId, meterStop: 5, timestamp: inSeconds(0), reason: 'DeAuthorized' };
    expect(await charger.text('StopTransaction', stop)).toBe('{}');
    await bench.sessions(id, [{ state: 'ENDED', stopReason: 'DeAuthorized', energyWh: 0 }]);
  });
}

refused('023_1', 'NOBODY', 'Invalid', null);
refused('023_2', 'OLD', 'Expired', { expiresAt: '2020-01-01T00:00:00Z' });
refused('023_3', 'BAD', 'Blocked', { status: 'BLOCKED' });
