import { transactionIdOf, type ChargerEventOf } from '@chargestream/contracts';
import { ActiveTokens } from '../tables/active-tokens';
import { handleCall, NOW } from '../testing/handling';
import { MemoryTable } from '../testing/memory-table';

const tokens = {
  ONE: { status: 'Accepted', groupId: 'family', concurrency: 'DENY' },
  MANY: { status: 'Accepted' },
  BLOCKED: { status: 'Blocked', concurrency: 'DENY' },
} as const;

type Reported = Pick<ChargerEventOf<'TransactionReported'>, 'data'>;

describe('1.6: a token that may have one transaction at a time', () => {
  let activeTokens: ActiveTokens;
  beforeEach(() => (activeTokens = new ActiveTokens(new MemoryTable())));

  const call = (action: string, payload: object) =>
    handleCall({ version: '1.6', tokens, activeTokens }, action, payload);
  const start = (idTag: string, connectorId: number, timestamp = NOW) => {
    const handled = call('StartTransaction', { connectorId, idTag, meterStart: 0, timestamp });
    const { sessionKey, authorizationStatus } = (handled.events[0] as unknown as Reported).data;
    const response = handled.response as { transactionId: number; idTagInfo: { status: string; parentIdTag?: string } };
    expect(response.transactionId).toBe(transactionIdOf(sessionKey ?? ''));
    expect(authorizationStatus).toBe(response.idTagInfo.status);
    return response;
  };
  const stop = (transactionId: number, more: object = {}) =>
    call('StopTransaction', { transactionId, meterStop: 9, timestamp: NOW, ...more }).response;

  it('is answered ConcurrentTx for the second, with a transactionId, its group, and no change to Authorize', () => {
    expect(start('ONE', 1).idTagInfo.status).toBe('Accepted');
    const second = start('ONE', 2);
    expect(second.idTagInfo).toEqual({ parentIdTag: 'family', status: 'ConcurrentTx' });
    expect(second.transactionId).toBeGreaterThan(0);
    expect(call('Authorize', { idTag: 'ONE' }).response).toMatchObject({ idTagInfo: { status: 'Accepted' } });
  });

  it('is no rival of itself when its start comes again, before or after a refused one', () => {
    const first = start('ONE', 1);
    expect(start('ONE', 1)).toEqual(first);
    expect(start('ONE', 2).idTagInfo.status).toBe('ConcurrentTx');
    expect(start('ONE', 1)).toEqual(first);
  });

  it('may charge again after the first has ended; a refused transaction does not stand in the way', () => {
    const { transactionId } = start('ONE', 1);
    start('ONE', 2);
    expect(stop(transactionId, { idTag: 'ONE' })).toMatchObject({ idTagInfo: { status: 'Accepted' } });
    expect(start('ONE', 3).idTagInfo.status).toBe('Accepted');
  });

  it('may charge again on the same connector, though the stop was lost', () => {
    start('ONE', 1, '2026-06-01T11:00:00Z');
    expect(start('ONE', 1).idTagInfo.status).toBe('Accepted');
  });

  it('is Blocked when it is blocked; others charge as often as they like', () => {
    start('BLOCKED', 1);
    expect(start('BLOCKED', 2).idTagInfo.status).toBe('Blocked');
    start('MANY', 1);
    expect(start('MANY', 2).idTagInfo.status).toBe('Accepted');
  });
});

describe('2.x: a token that may have one transaction at a time', () => {
  let activeTokens: ActiveTokens;
  beforeEach(() => (activeTokens = new ActiveTokens(new MemoryTable())));

  const event = (eventType: string, transactionId: string, evse: number, more: object = {}) =>
    handleCall({ version: '2.0.1', tokens, activeTokens }, 'TransactionEvent', {
      ...{ eventType, timestamp: NOW, triggerReason: 'Authorized', seqNo: 0, transactionInfo: { transactionId } },
      ...{ evse: { id: evse }, idToken: { idToken: 'ONE', type: 'ISO14443' }, ...more },
    }).response as { idTokenInfo?: { status: string } };

  it('is answered ConcurrentTx for the Started of the second, until the first has Ended', () => {
    expect(event('Started', 't1', 1).idTokenInfo?.status).toBe('Accepted');
    expect(event('Started', 't1', 1).idTokenInfo?.status).toBe('Accepted');
    expect(event('Started', 't2', 2).idTokenInfo?.status).toBe('ConcurrentTx');
    expect(event('Ended', 't1', 1, { triggerReason: 'StopAuthorized' }).idTokenInfo?.status).toBe('Accepted');
    expect(event('Started', 't3', 3).idTokenInfo?.status).toBe('Accepted');
  });

  it('counts a transaction that it authorised after the cable', () => {
    event('Started', 't1', 1, { idToken: undefined, triggerReason: 'CablePluggedIn' });
    expect(event('Updated', 't1', 1).idTokenInfo?.status).toBe('Accepted');
    expect(event('Started', 't2', 2).idTokenInfo?.status).toBe('ConcurrentTx');
  });

  it('is no matter when nobody is presented', () => {
    const nobody = { idToken: { idToken: '', type: 'NoAuthorization' } };
    expect(event('Started', 't1', 1, nobody).idTokenInfo?.status).toBe('Accepted');
    expect(event('Started', 't2', 2, nobody).idTokenInfo?.status).toBe('Accepted');
  });
});
