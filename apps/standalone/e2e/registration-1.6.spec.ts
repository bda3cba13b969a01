import { Bench } from './conformance-1.6/bench';
import type { WireCharger } from './conformance-1.6/wire-charger';

const RETRY_S = 45;
const BOOT = { chargePointVendor: 'Northwind', chargePointModel: 'Depot 22' };

/** 1.6 §4.2, §4.2.1. */
describe('a 1.6 charger that is not accepted', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.start({ bootRetryIntervalS: RETRY_S });
  });
  afterEach(() => bench.disconnect());
  afterAll(() => bench?.stop());

  const accept = (id: string) => register(id, 'ACCEPTED', 'updateCharger', 'UpdateCharger');
  const register = (chargerId: string, registration: string, mutation = 'registerCharger', type = 'RegisterCharger') =>
    bench.system.graphql.query(`mutation ($input: ${type}Input!) { ${mutation}(input: $input) { id } }`, {
      input: { chargerId, registration },
    });

  /** Boots until it is told so: a decision takes a moment to reach where chargers connect. */
  async function bootsUntil(charger: WireCharger, status: string) {
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
      expect(answer).toEqual({ status, currentTime: expect.any(String), interval: RETRY_S });
      const shown = (value: string) => ({ charger: { connectivity: 'ONLINE', registration: value } });
      const query = `query ($id: ID!) { charger(id: $id) { connectivity registration } }`;
      await bench.shows(query, { id }, shown(registration));
      await bench.token('REG-TAG');
      // It should not ask; where it does, it gets an answer and nobody is authorised.
      expect(await charger.text('Authorize', { idTag: 'REG-TAG' })).toBe('{"idTagInfo":{"status":"Invalid"}}');
      await accept(id);
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

  /** Asks for a command, waits for its end, and has it that nothing went out for it. */
  async function refusedCommand(charger: WireCharger, mutation: string, input: object, message: string) {
    const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input!`;
    const answer = await bench.system.graphql.query<{ result: { id: string } }>(
      `mutation ($input: ${type}) { result: ${mutation}(input: $input, waitSeconds: 10) { id } }`,
      { input: { chargerId: charger.id, ...input } },
    );
    const ended = { state: 'FAILED', error: { code: 'NotAccepted', message }, sentAt: null, ocppAction: null };
    const query = `query ($id: ID!) { command(id: $id) { state error { code message } sentAt ocppAction } }`;
    await bench.shows(query, { id: answer.result.id }, { command: ended });
    expect(charger.actionsReceived()).not.toContain(ACTION[mutation]);
  }

  it.each([
    ['PENDING', 'Pending'],
    ['REJECTED', 'Rejected'],
  ])('%s that charges all the same is answered, and nothing of its session is lost', async (registration, status) => {
    const id = `CHARGES-${registration}`;
    await register(id, registration);
    const charger = await bench.connect(id);
    await bootsUntil(charger, status);
    await bench.token('REG-CHARGES');
    // §4.2.1: it may be set to charge before it is accepted. An error would make it repeat and then drop the messages.
    await bench.status(charger, 'Charging');
    const timestamp = new Date().toISOString();
    const start = { connectorId: 1, idTag: 'REG-CHARGES', meterStart: 1_000, timestamp };
    const started = await charger.call('StartTransaction', start);
    expect(started).toEqual({ transactionId: expect.any(Number), idTagInfo: { status: 'Invalid' } });
    const transactionId = started['transactionId'] as number;
    expect(transactionId).toBeGreaterThan(0);
    const meterValue = [{ timestamp, sampledValue: [{ value: '1200' }] }];
    expect(await charger.text('MeterValues', { connectorId: 1, transactionId, meterValue })).toBe('{}');
    expect(await charger.call('Heartbeat', {})).toEqual({ currentTime: expect.any(String) });
    const stop = { transactionId, idTag: 'REG-CHARGES', meterStop: 1_500, timestamp, reason: 'DeAuthorized' };
    expect(await charger.text('StopTransaction', stop)).toBe('{"idTagInfo":{"status":"Invalid"}}');
    await bench.sessions(id, [
      {
        ...{ transactionId: String(transactionId), state: 'ENDED', authorizationStatus: 'Invalid', energyWh: 500 },
        ...{ stopReason: 'DeAuthorized', idToken: 'REG-CHARGES' },
        samples: { nodes: [{ value: 1_200, unit: 'Wh' }] },
      },
    ]);
    // What it kept for itself until it was accepted counts like anybody's.
    await accept(id);
    await bootsUntil(charger, 'Accepted');
    const later = { ...start, timestamp: new Date(Date.parse(timestamp) - 60_000).toISOString() };
    expect(await charger.call('StartTransaction', later)).toMatchObject({ idTagInfo: { status: 'Accepted' } });
  });

  it('Pending may be given settings and credentials, and be asked for messages', async () => {
    await bench.registered('REG-SET-UP', 'the factory password');
    await register('REG-SET-UP', 'PENDING', 'updateCharger', 'UpdateCharger');
    const charger = await bench.connect('REG-SET-UP', { password: 'the factory password' });
    await bootsUntil(charger, 'Pending');
    // Whitepaper A00.FR.806, A01.FR.05.
    const entries = [{ key: 'AuthorizationKey', value: 'a1b2c3d4e5f60718293a4b5c6d7e8f9001020304' }];
    const wire = JSON.stringify(entries[0]);
    const [sent] = await Promise.all([
      charger.until('ChangeConfiguration'),
      bench.system.graphql.query(
        `mutation ($input: SetConfigurationInput!) { setConfiguration(input: $input, waitSeconds: 10) { state } }`,
        { input: { chargerId: charger.id, entries } },
      ),
    ]);
    expect(sent).toBe(wire);
    // §4.2: it sends what TriggerMessage asks it for.
    const requestedMessage = 'StatusNotification';
    await bench.command(
      charger,
      'triggerMessage',
      { requestedMessage },
      { wire: `{"requestedMessage":"${requestedMessage}"}` },
    );
    await bench.status(charger, 'Available');
  });

  it('Pending is sent no remote start and stop, and learns by TriggerMessage that it is accepted', async () => {
    await register('REG-REMOTE', 'PENDING');
    const charger = await bench.connect('REG-REMOTE');
    await bootsUntil(charger, 'Pending');
    const start = { evseId: 1, idToken: 'REG-TAG' };
    const stop = { transactionId: '5' };
    const pending = (action: string) =>
      `${action} is not allowed while the registration of the charger is pending; accept it first.`;
    await refusedCommand(charger, 'startCharging', start, pending('RemoteStartTransaction'));
    await refusedCommand(charger, 'stopCharging', stop, pending('RemoteStopTransaction'));
    const call = { action: 'RemoteStopTransaction', payload: { transactionId: 5 } };
    await refusedCommand(charger, 'callCharger', call, pending('RemoteStopTransaction'));

    await accept('REG-REMOTE');
    const query = `query ($id: ID!) { charger(id: $id) { connectivity registration } }`;
    // §4.2: its connection is not closed.
    await bench.shows(query, { id: charger.id }, { charger: { connectivity: 'ONLINE', registration: 'ACCEPTED' } });
    // It is pending as long as it was not told better.
    await refusedCommand(
      charger,
      'startCharging',
      start,
      'RemoteStartTransaction is not allowed until the charger is told that it is accepted, by the answer to its next BootNotification; triggerMessage asks it for one.',
    );
    const requestedMessage = 'BootNotification';
    const trigger = { wire: `{"requestedMessage":"${requestedMessage}"}` };
    await bench.command(charger, 'triggerMessage', { requestedMessage }, trigger);
    expect(await charger.call('BootNotification', BOOT)).toMatchObject({ status: 'Accepted', interval: 300 });
    await bench.command(charger, 'startCharging', start, { wire: '{"connectorId":1,"idTag":"REG-TAG"}' });
    await bench.command(charger, 'stopCharging', stop, { wire: '{"transactionId":5}' });
    const latest = `query ($id: ID!) { history(chargerId: $id, first: 100) { nodes { type data } } }`;
    await bench.shows(
      latest,
      { id: charger.id },
      {
        history: { nodes: expect.arrayContaining([{ type: 'ChargerBooted', data: expect.objectContaining(TOLD) }]) },
      },
    );
  });

  it('Rejected is sent nothing at all, until it has been told better', async () => {
    await register('REG-SHUT-OUT', 'REJECTED');
    const charger = await bench.connect('REG-SHUT-OUT');
    await bootsUntil(charger, 'Rejected');
    const rejected = 'The charger is rejected; accept it before sending commands.';
    await refusedCommand(charger, 'clearCache', {}, rejected);
    await refusedCommand(charger, 'triggerMessage', { requestedMessage: 'BootNotification' }, rejected);
    await refusedCommand(charger, 'startCharging', { evseId: 1, idToken: 'REG-TAG', holdUntilOnline: true }, rejected);
    await refusedCommand(charger, 'callCharger', { action: 'Reset', payload: { type: 'Soft' } }, rejected);
    // Nobody signs for it.
    expect(await charger.text('SignCertificate', { csr: 'whatever' })).toBe('{"status":"Rejected"}');
    await accept('REG-SHUT-OUT');
    const query = `query ($id: ID!) { charger(id: $id) { registration } }`;
    await bench.shows(query, { id: charger.id }, { charger: { registration: 'ACCEPTED' } });
    const told =
      'The charger was told that it is rejected, and listens to nobody until its next BootNotification tells it better.';
    await refusedCommand(charger, 'clearCache', {}, told);
    expect(charger.actionsReceived()).toEqual(new Set());
    await bootsUntil(charger, 'Accepted');
    await bench.command(charger, 'clearCache', {}, { wire: '{}' });
  });

  it.each([
    ['PENDING', 'Pending'],
    ['REJECTED', 'Rejected'],
  ])(
    'because an operator changed his mind (%s) authorises nobody, and is told at its next boot',
    async (registration, status) => {
      const id = `REG-BACK-${registration}`;
      await bench.token('REG-TAG');
      const charger = await bench.charger(id);
      expect(await charger.text('Authorize', { idTag: 'REG-TAG' })).toBe('{"idTagInfo":{"status":"Accepted"}}');
      await register(id, registration, 'updateCharger', 'UpdateCharger');
      await expect(bootsUntil(charger, status)).resolves.toMatchObject({ interval: RETRY_S });
      expect(await charger.text('Authorize', { idTag: 'REG-TAG' })).toBe('{"idTagInfo":{"status":"Invalid"}}');
      await refusedCommand(
        charger,
        'startCharging',
        { evseId: 1, idToken: 'REG-TAG' },
        registration === 'REJECTED'
          ? 'The charger is rejected; accept it before sending commands.'
          : 'RemoteStartTransaction is not allowed while the registration of the charger is pending; accept it first.',
      );
    },
  );
});

/** What the last BootNotification was answered. */
const TOLD = { registration: 'ACCEPTED', intervalS: 300 };
/** What each mutation would have become. */
const ACTION: Record<string, string> = {
  startCharging: 'RemoteStartTransaction',
  stopCharging: 'RemoteStopTransaction',
  clearCache: 'ClearCache',
  callCharger: 'RemoteStopTransaction',
  triggerMessage: 'TriggerMessage',
};
