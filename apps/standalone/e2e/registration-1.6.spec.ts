import { Bench } from './conformance-1.6/bench';

const BOOT = { chargePointVendor: 'Northwind', chargePointModel: 'Depot 22' };

/** 1.6 §4.2, §4.2.1. */
describe('a 1.6 charger that is not accepted', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.start();
  });
  afterEach(() => bench.disconnect());
  afterAll(() => bench?.stop());

  const register = (chargerId: string, registration: string, mutation = 'registerCharger', type = 'RegisterCharger') =>
    bench.system.graphql.query(`mutation ($input: ${type}Input!) { ${mutation}(input: $input) { id } }`, {
      input: { chargerId, registration },
    });

  /** Boots until it is told so: a decision takes a moment to reach where chargers connect. */
  async function bootsUntil(charger: Awaited<ReturnType<Bench['connect']>>, status: string) {
    const deadline = Date.now() + 4_000;
    for (;;) {
      const answer = await charger.call('BootNotification', BOOT);
      if (answer['status'] === status) return answer;
      if (Date.now() > deadline) throw new Error(`Expected ${status}, but ${JSON.stringify(answer)}`);
    }
  }

  it.each([
    ['PENDING', 'Pending'],
    ['REJECTED', 'Rejected'],
  ])(
    '%s is told when to ask again, authorises nobody, and is accepted by an operator',
    async (registration, status) => {
      const id = `REG-${registration}`;
      await register(id, registration);
      const charger = await bench.connect(id);
      const answer = await bootsUntil(charger, status);
      // §4.2: the interval is the least time before the next BootNotification.
      expect(answer).toEqual({ status, currentTime: expect.any(String), interval: 60 });
      const shown = (value: string) => ({ charger: { connectivity: 'ONLINE', registration: value } });
      const query = `query ($id: ID!) { charger(id: $id) { connectivity registration } }`;
      await bench.shows(query, { id }, shown(registration));
      await bench.token('REG-TAG');
      // It should not ask; where it does, it gets an answer and nobody is authorised.
      expect(await charger.text('Authorize', { idTag: 'REG-TAG' })).toBe('{"idTagInfo":{"status":"Invalid"}}');
      await register(id, 'ACCEPTED', 'updateCharger', 'UpdateCharger');
      expect(await bootsUntil(charger, 'Accepted')).toMatchObject({ interval: 300 });
      await bench.shows(query, { id }, shown('ACCEPTED'));
      expect(await charger.text('Authorize', { idTag: 'REG-TAG' })).toBe('{"idTagInfo":{"status":"Accepted"}}');
    },
  );

  it('is asked for its settings while Pending', async () => {
    await register('REG-ASKED', 'PENDING');
    const charger = await bench.connect('REG-ASKED');
    await bootsUntil(charger, 'Pending');
    const answer = { configurationKey: [{ key: 'NumberOfConnectors', readonly: true, value: '2' }] };
    await bench.command(charger, 'getConfiguration', {}, { wire: '{}', answer });
  });
});
