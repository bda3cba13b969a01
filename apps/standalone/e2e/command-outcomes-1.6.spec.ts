import { Bench } from './conformance-1.6/bench';
import type { WireCharger } from './conformance-1.6/wire-charger';

interface Shown {
  id: string;
  state: string;
  ocppAction: string | null;
  payload: unknown;
  response: unknown;
  error: { code: string; message: string } | null;
  sentAt: string | null;
  finishedAt: string | null;
  bootedSince: string | null;
}

const FIELDS = 'id state ocppAction payload response error { code message } sentAt finishedAt bootedSince';
const BOOT = { chargePointVendor: 'Northwind', chargePointModel: 'Depot 22' };
const TIME = expect.stringMatching(/^\d{4}-.*Z$/);
const CALL_TIMEOUT_MS = 700;

/** However a command ends, who asked for it is told: by the mutation that waits for it, and by whoever asks later. */
describe('the outcome of a command to a 1.6 charger', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.start({ ocppCallTimeoutMs: CALL_TIMEOUT_MS });
  });
  afterEach(() => bench.disconnect());
  afterAll(() => bench?.stop());

  /** Sends a command; resolves when it has ended, or with its state at once when nobody waits. */
  async function ask(chargerId: string, mutation: string, input: object = {}, waitSeconds = 10): Promise<Shown> {
    const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input!`;
    const { result } = await bench.system.graphql.query<{ result: Shown }>(
      `mutation ($input: ${type}, $waitSeconds: Int!) { result: ${mutation}(input: $input, waitSeconds: $waitSeconds) { ${FIELDS} } }`,
      { input: { chargerId, ...input }, waitSeconds },
    );
    return result;
  }
  const shows = (id: string, expected: object) =>
    bench.shows(`query ($id: ID!) { command(id: $id) { ${FIELDS} } }`, { id }, { command: expected });
  /** The same for who waits and for who asks later. */
  async function ends(result: Shown, expected: Partial<Shown>): Promise<void> {
    const whole = { response: null, error: null, bootedSince: null, finishedAt: TIME, ...expected };
    expect(result).toMatchObject(whole);
    await shows(result.id, whole);
  }
  /** Known to the system, and not connected. */
  async function away(id: string): Promise<void> {
    await (await bench.charger(id)).close();
    const query = `query ($id: ID!) { charger(id: $id) { connectivity } }`;
    await bench.shows(query, { id }, { charger: { connectivity: 'OFFLINE' } });
  }
  const boots = (charger: WireCharger) => charger.call('BootNotification', BOOT);

  it.each([
    ['Accepted', 'ACCEPTED'],
    ['Rejected', 'REJECTED'],
  ])('is what it answers: %s', async (status, state) => {
    const charger = await bench.charger(`ANSWERS-${status}`);
    charger.answer('ClearCache', { status });
    const result = await ask(charger.id, 'clearCache');
    await ends(result, { state, ocppAction: 'ClearCache', payload: {}, response: { status }, sentAt: TIME });
    expect(charger.sent('ClearCache')).toEqual(['{}']);
  });

  it.each([
    ['NotImplemented', 'no such thing here'],
    // As 1.6J spells it.
    ['OccurenceConstraintViolation', 'type is missing'],
    ['AnInventedCode', ''],
  ])('is its error with what it said: %s', async (code, message) => {
    const charger = await bench.charger(`ERROR-${code}`);
    charger.react('ClearCache', (id) => charger.send([4, id, code, message, { more: 1 }]));
    const result = await ask(charger.id, 'clearCache');
    await ends(result, { state: 'FAILED', ocppAction: 'ClearCache', error: { code, message }, sentAt: TIME });
  });

  it('is FAILED when the answer cannot be understood', async () => {
    const charger = await bench.charger('NONSENSE');
    charger.react('GetConfiguration', (id) => charger.send([3, id, 'nonsense']));
    const result = await ask(charger.id, 'getConfiguration');
    await ends(result, {
      state: 'FAILED',
      error: { code: expect.any(String), message: expect.stringMatching(/./) } as never,
    });
    // The connection goes on.
    expect((await ask(charger.id, 'clearCache')).state).toBe('ACCEPTED');
  });

  it('is TIMED_OUT when it does not answer; a late answer changes nothing', async () => {
    const charger = await bench.charger('SILENT');
    let late = () => undefined as void;
    charger.react('ClearCache', (id) => (late = () => charger.send([3, id, { status: 'Accepted' }])));
    const result = await ask(charger.id, 'clearCache');
    const error = { code: 'TimedOut', message: `The charger did not answer within ${CALL_TIMEOUT_MS} ms.` };
    const expected = { state: 'TIMED_OUT', ocppAction: 'ClearCache', error, sentAt: TIME };
    await ends(result, expected);
    late();
    // What comes next is answered, so that the late answer has been read.
    expect((await ask(charger.id, 'triggerMessage', { requestedMessage: 'Heartbeat' })).state).toBe('ACCEPTED');
    await ends(result, expected);
  });

  it('is UNKNOWN when the connection breaks before the answer; what waits behind it goes on', async () => {
    const charger = await bench.charger('BREAKS');
    charger.react('ClearCache', () => undefined);
    const asked = await ask(charger.id, 'clearCache', {}, 0);
    await charger.until('ClearCache');
    const notHeld = await ask(charger.id, 'unlockConnector', { evseId: 1 }, 0);
    const held = await ask(charger.id, 'getLocalListVersion', { holdUntilOnline: true }, 0);
    const query = `query ($id: ID!) { history(commandId: $id) { nodes { type } } }`;
    for (const { id } of [notHeld, held]) {
      await bench.shows(query, { id }, { history: { nodes: [{ type: 'CommandDispatched' }, {}] } });
    }
    charger.drop();
    const message = 'The connection closed before the answer came: the charger may or may not have done it.';
    const expected = {
      state: 'UNKNOWN',
      ocppAction: 'ClearCache',
      error: { code: 'SocketClosed', message },
      sentAt: TIME,
    };
    await shows(asked.id, { ...expected, response: null, finishedAt: TIME, bootedSince: null });
    await shows(notHeld.id, { state: 'OFFLINE', sentAt: null, error: { code: 'Offline' } });
    await shows(held.id, { state: 'REQUESTED', sentAt: null });
    const back = await bench.connect(charger.id);
    back.answer('GetLocalListVersion', { listVersion: 3 });
    await shows(held.id, { state: 'ACCEPTED', response: { listVersion: 3 } });
    // It came back without booting, and nobody asked it a second time.
    await shows(asked.id, { ...expected, bootedSince: null });
    expect([back.sent('ClearCache'), back.sent('UnlockConnector')]).toEqual([[], []]);
  });

  describe('of a reset', () => {
    const reset = (id: string) => ask(id, 'resetCharger', { type: 'IMMEDIATE' });
    const DROPPED = {
      code: 'SocketClosed',
      message:
        'The connection closed before the charger answered, as it does when a charger restarts at once: if it boots now, it has done it.',
    };

    it('that drops the connection first is UNKNOWN, says so, and tells when it has booted since', async () => {
      const charger = await bench.charger('RESET-DROPS');
      charger.react('Reset', () => charger.drop());
      const result = await reset(charger.id);
      const expected = { state: 'UNKNOWN', ocppAction: 'Reset', payload: { type: 'Hard' }, error: DROPPED };
      await ends(result, expected);
      const live = bench.system.graphql.subscribe<{ commandChanged: Shown }>(
        `subscription ($id: ID!) { commandChanged(id: $id) { state bootedSince } }`,
        { id: result.id },
      );
      await live.first(({ commandChanged: { state, bootedSince } }) => state === 'UNKNOWN' && bootedSince === null);
      const back = await bench.connect(charger.id);
      await bench.status(back, 'Available');
      await ends(result, expected);
      await boots(back);
      await live.first(({ commandChanged: { state, bootedSince } }) => state === 'UNKNOWN' && bootedSince !== null);
      // Neither what it does before nor what it does after is news of the command.
      await bench.status(back, 'Preparing');
      expect(live.seen.filter(({ commandChanged }) => commandChanged.bootedSince !== null)).toHaveLength(1);
      live.close();
      await shows(result.id, { ...expected, bootedSince: TIME });
      const query = `query ($chargerId: ID!) { commands(filter: { chargerId: $chargerId }) { nodes { id state bootedSince } } }`;
      await bench.shows(
        query,
        { chargerId: charger.id },
        {
          commands: { nodes: [{ id: result.id, state: 'UNKNOWN', bootedSince: TIME }] },
        },
      );
      expect(back.sent('Reset')).toEqual([]);
    });

    it('whose connection is silently dead is UNKNOWN when it is back, long before its time is up', async () => {
      const patient = await Bench.start();
      try {
        const charger = await patient.charger('RESET-SILENT');
        charger.react('Reset', () => charger.deafen());
        const { reset: asked } = await patient.system.graphql.query<{ reset: Shown }>(
          `mutation { reset: resetCharger(input: { chargerId: "RESET-SILENT", type: ON_IDLE }) { id } }`,
        );
        await charger.until('Reset');
        await boots(await patient.connect(charger.id));
        const expected = { state: 'UNKNOWN', payload: { type: 'Soft' }, error: DROPPED, bootedSince: TIME };
        await patient.shows(`query ($id: ID!) { command(id: $id) { ${FIELDS} } }`, asked as never, {
          command: expected,
        });
        charger.drop();
      } finally {
        await patient.stop();
      }
    });

    it('that is not answered is TIMED_OUT, and tells when it has booted since', async () => {
      const charger = await bench.charger('RESET-TIMEOUT');
      charger.react('Reset', () => undefined);
      const result = await reset(charger.id);
      await ends(result, {
        state: 'TIMED_OUT',
        ocppAction: 'Reset',
        error: { code: 'TimedOut', message: expect.any(String) } as never,
      });
      charger.drop();
      await boots(await bench.connect(charger.id));
      await shows(result.id, { state: 'TIMED_OUT', bootedSince: TIME });
    });

    it('that is answered is what it answered, whatever comes then', async () => {
      const charger = await bench.charger('RESET-ANSWERS');
      charger.react('Reset', (id) => {
        charger.send([3, id, { status: 'Accepted' }]);
        void charger.close();
      });
      const result = await reset(charger.id);
      await ends(result, { state: 'ACCEPTED', response: { status: 'Accepted' } });
      await boots(await bench.connect(charger.id));
      await bench.told(charger.id, 'ChargerBooted', [{}, {}]);
      await ends(result, { state: 'ACCEPTED', response: { status: 'Accepted' }, bootedSince: null });
    });
  });

  it('is OFFLINE at once when the charger is away and nobody wants to wait', async () => {
    await away('AWAY');
    const result = await ask('AWAY', 'clearCache');
    const error = { code: 'Offline', message: 'The charger is not connected.' };
    const expected = { state: 'OFFLINE', ocppAction: null, payload: null, error, sentAt: null };
    await ends(result, expected);
    const back = await bench.charger('AWAY');
    // What is asked now arrives, and nothing before it.
    expect((await ask('AWAY', 'getLocalListVersion')).ocppAction).toBe('GetLocalListVersion');
    expect(back.sent('ClearCache')).toEqual([]);
    await ends(result, expected);
  });

  it('waits for a charger that is away, in the order of the requests, when it shall', async () => {
    await away('HELD');
    const first = await ask('HELD', 'clearCache', { holdUntilOnline: true }, 0);
    const second = await ask('HELD', 'unlockConnector', { evseId: 1, holdUntilOnline: true }, 1);
    await shows(first.id, { state: 'REQUESTED', sentAt: null, finishedAt: null });
    expect(second).toMatchObject({ state: 'REQUESTED', error: null, finishedAt: null });
    const live = bench.system.graphql.subscribe<{ commandChanged: Shown }>(
      `subscription ($id: ID!) { commandChanged(id: $id) { ${FIELDS} } }`,
      { id: second.id },
    );
    await live.first(({ commandChanged }) => commandChanged.state === 'REQUESTED');
    const back = await bench.connect('HELD');
    const order: string[] = [];
    back.answer('ClearCache', () => (order.push('ClearCache'), { status: 'Accepted' }));
    back.answer('UnlockConnector', () => (order.push('UnlockConnector'), { status: 'UnlockFailed' }));
    const { commandChanged } = await live.first(({ commandChanged: { finishedAt } }) => finishedAt !== null);
    expect(commandChanged).toMatchObject({ state: 'REJECTED', response: { status: 'UnlockFailed' } });
    live.close();
    await shows(first.id, { state: 'ACCEPTED', sentAt: TIME });
    expect(order).toEqual(['ClearCache', 'UnlockConnector']);
    expect([back.sent('ClearCache'), back.sent('UnlockConnector')]).toEqual([['{}'], ['{"connectorId":1}']]);
  });

  it('is EXPIRED when the charger does not come in time, and is not sent then', async () => {
    await away('EXPIRES');
    const result = await ask('EXPIRES', 'clearCache', { holdUntilOnline: true, timeoutSeconds: 1 });
    const error = { code: 'Expired', message: expect.stringMatching(/./) } as never;
    await ends(result, { state: 'EXPIRED', ocppAction: null, error, sentAt: null });
    const back = await bench.charger('EXPIRES');
    expect((await ask('EXPIRES', 'unlockConnector', { evseId: 1 })).state).toBe('ACCEPTED');
    expect(back.sent('ClearCache')).toEqual([]);
  });

  it('is FAILED with a sentence when 1.6 has no words for it', async () => {
    const charger = await bench.charger('WORDLESS');
    const result = await ask(charger.id, 'stopCharging', { transactionId: 'abc' });
    const error = { code: 'NotTranslatable', message: expect.stringContaining('1.6') } as never;
    await ends(result, { state: 'FAILED', ocppAction: null, error, sentAt: null });
  });
});
