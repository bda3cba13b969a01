import { Rig } from '../testing/rig';

describe('a transaction message that cannot be read', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await Rig.open();
  });
  afterEach(async () => {
    await rig.close();
  });

  it.each([
    ['ocpp2.0.1', 'TransactionEvent', { timestamp: '2026-06-01T12:00:00Z', password: 'hunter2' }, {}],
    [
      'ocpp2.1',
      'TransactionEvent',
      { eventType: 'Started', seqNo: 'first', transactionInfo: { transactionId: 'T' } },
      {},
    ],
    ['ocpp2.0.1', 'TransactionEvent', { eventType: 'Started', seqNo: 1, transactionInfo: {} }, {}],
    ['ocpp2.0.1', 'TransactionEvent', null, {}],
    ['ocpp1.6', 'StopTransaction', [], {}],
    ['ocpp1.6', 'MeterValues', 'none', {}],
    ['ocpp1.6', 'StartTransaction', 7, { transactionId: expect.any(Number), idTagInfo: { status: 'Invalid' } }],
  ])('%s %s %j is answered as valid, and kept', async (protocol, action, payload, answer) => {
    await rig.start();
    const charger = await rig.charger({ protocols: [protocol] });
    expect(await charger.call(action, payload as never)).toEqual([3, 'm1', answer]);
    const [kept] = await rig.eventsOf('UnreadableTransactionReported');
    expect(kept?.data).toMatchObject({ action, problem: expect.stringMatching(/./) });
    expect(JSON.stringify(kept?.data.payload).replace('[redacted]', 'hunter2')).toBe(JSON.stringify(payload));
    // Sent again with another messageId it is the same event.
    await charger.call(action, payload as never, 'again');
    expect((await rig.eventsOf('UnreadableTransactionReported', 2))[1]?.id).toBe(kept?.id);
  });

  it('is refused in strict mode, as is every other message', async () => {
    await rig.start({ ocppValidation: 'strict' });
    const charger = await rig.charger({ protocols: ['ocpp2.0.1'] });
    expect((await charger.call('TransactionEvent', {}))[0]).toBe(4);
  });

  it('is not what other messages are', async () => {
    await rig.start();
    const charger = await rig.charger({ protocols: ['ocpp2.0.1'] });
    expect((await charger.call('NotifyReport', {}))[0]).toBe(4);
  });
});
