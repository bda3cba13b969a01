import fc from 'fast-check';
import { parseChargerPath } from '../adapter/charger-path';
import { parseBasic } from '../adapter/basic-credentials';
import { redactFrame } from '@chargestream/redaction';
import { Rig } from '../testing/rig';

/** What even the lenient codec needs to know which transaction a message is about. */
const event = { eventType: 'Updated', seqNo: 1, transactionInfo: { transactionId: 'a' } };

describe('transaction messages are never answered with an error for their shape', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await Rig.open();
    await rig.start();
  });
  afterAll(async () => {
    await rig.close();
  });

  it.each<[string, string, object]>([
    ['ocpp1.6', 'StartTransaction', {}],
    ['ocpp1.6', 'StartTransaction', { connectorId: '1', idTag: 5, meterStart: '10.6', timestamp: 'soon' }],
    ['ocpp1.6', 'StopTransaction', {}],
    ['ocpp1.6', 'StopTransaction', { transactionId: null, meterStop: null, timestamp: null, transactionData: {} }],
    ['ocpp1.6', 'MeterValues', {}],
    ['ocpp1.6', 'MeterValues', { connectorId: 1, meterValue: [{}, null, { sampledValue: [{}, { value: 5 }] }] }],
    ['ocpp2.0.1', 'TransactionEvent', { ...event, timestamp: 'soon', evse: {}, meterValue: [{}] }],
    ['ocpp2.0.1', 'TransactionEvent', { ...event, idToken: {}, reservationId: 'x', offline: 'yes' }],
    ['ocpp2.1', 'TransactionEvent', { ...event, triggerReason: 'Nope', meterValue: [{ sampledValue: [{}] }, null] }],
  ])('%s %s %j', async (protocol, action, payload) => {
    const charger = await rig.charger({ protocols: [protocol] });
    const answer = await charger.call(action, payload);
    expect(answer).toEqual([3, 'm1', expect.anything()]);
  });

  it('numbers that no double holds do no harm', async () => {
    const charger = await rig.charger({ protocols: ['ocpp2.0.1'] });
    charger.send('[2,"big","DataTransfer",{"vendorId":"v","data":{"n":92233720368547758079}}]');
    expect((await charger.frame(([, id]) => id === 'big'))[0]).toBe(3);
    const [received] = await rig.eventsOf('DataTransferReceived');
    expect(received?.data.data).toEqual({ n: '92233720368547758079' });
  });
});

describe('what comes before a connection is hostile too', () => {
  it('no path throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => typeof parseChargerPath(`/ocpp/${text}`).ok === 'boolean'),
    );
  });
  it('no Authorization header throws', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.string(),
        (text, id) => parseBasic(`Basic ${text}`, id) !== undefined,
      ),
    );
  });
  it('no frame throws in the log', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => typeof redactFrame(`"password":${text}`) === 'string'),
    );
    fc.assert(
      fc.property(
        fc.jsonValue(),
        (value) => typeof redactFrame(JSON.stringify({ vpn: value, password: value })) === 'string',
      ),
    );
  });
});
