import { Writable } from 'node:stream';
import type { VendorCall, Vendors } from '@chargestream/contracts';
import { createLogger } from '@chargestream/service-kit';
import { Rig } from '../testing/rig';

const never = new Promise<never>(() => undefined);

describe('DataTransfer of chargers', () => {
  let rig: Rig;
  let logged: { msg: string; level: number; messageId?: string }[];
  const calls: VendorCall[] = [];
  const vendors: Vendors = {
    'org.Acme': {
      Echo: (call) => {
        calls.push(call);
        call.logger.info({ echoed: true }, 'an echo');
        return { status: 'Accepted', data: call.data };
      },
      Later: async ({ data }) => ({ status: 'Accepted', data }),
      '': () => ({ status: 'Accepted', data: 'no messageId' }),
      Throws: () => {
        throw new Error('on purpose');
      },
      Rejects: () => Promise.reject(new Error('on purpose')),
      Never: ({ signal }) => {
        signal.addEventListener('abort', () => logged.push({ msg: 'told to stop', level: 0 }));
        return never;
      },
      TooLate: ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
      Nothing: (() => undefined) as never,
      Invented: () => ({ status: 'Fine' as never }),
      Inherited: () => ({ status: 'constructor' as never }),
      Cycle: () => {
        const data: { self?: unknown } = {};
        data.self = data;
        return { status: 'Accepted', data };
      },
      Function: () => ({ status: 'Accepted', data: () => 5 }),
      Changes: ({ data }) => {
        (data as { list: number[] }).list.push(1);
        return { status: 'Accepted' };
      },
      Denies: () => ({ status: 'UnknownVendorId', data: 'must not be there' }),
    },
    'org.all': ({ messageId }) => ({ status: 'Rejected', data: { messageId } }),
  };

  beforeAll(async () => {
    rig = await Rig.open();
    await rig.register({ chargerId: 'PENDING', registration: 'PENDING' });
    const log = new Writable({
      write: (line, _encoding, done) => {
        logged.push(JSON.parse(String(line)));
        done();
      },
    });
    const logger = createLogger({ logLevel: 'info' }, log);
    logged = [];
    await rig.start({ ocppVendorTimeoutMs: 50 }, { vendors, logger });
  });
  beforeEach(() => {
    logged.length = 0;
    calls.length = 0;
  });
  afterAll(() => rig.close());

  const acme = (messageId: string, data?: unknown) => ({
    vendorId: 'org.Acme',
    messageId,
    ...(data === undefined ? {} : { data }),
  });

  it.each(['ocpp1.6', 'ocpp2.0.1', 'ocpp2.1'])(
    '%s: reaches the handler of vendorId and messageId',
    async (protocol) => {
      const charger = await rig.charger({ protocols: [protocol], path: `/ocpp/${protocol}` });
      const before = rig.events.length;
      expect((await charger.call('DataTransfer', acme('Echo', 'hello')))[2]).toEqual({
        status: 'Accepted',
        data: 'hello',
      });
      expect(calls).toEqual([
        {
          ...{ tenantId: 'default', chargerId: protocol, ocppVersion: protocol.slice(4), ...acme('Echo', 'hello') },
          ...{ receivedAt: expect.stringMatching(/Z$/), logger: expect.anything(), signal: expect.any(AbortSignal) },
        },
      ]);
      expect(logged).toContainEqual(
        expect.objectContaining({
          msg: 'an echo',
          vendorId: 'org.Acme',
          messageId: 'Echo',
          charger: `default/${protocol}`,
        }),
      );
      expect((await charger.call('DataTransfer', acme('Later', 'hello')))[2]).toEqual({
        status: 'Accepted',
        data: 'hello',
      });
      // CiString (1.6 §6.15).
      expect((await charger.call('DataTransfer', { vendorId: 'ORG.ACME', messageId: 'echo' }))[2]).toMatchObject({
        status: 'Accepted',
      });
      expect(calls[1]).toMatchObject({ vendorId: 'ORG.ACME', messageId: 'echo', data: null });
      expect((await charger.call('DataTransfer', { vendorId: 'org.acme' }))[2]).toMatchObject({ data: 'no messageId' });
      await rig.until(() => rig.events.length >= before + 5);
      expect(rig.events.slice(before).map(({ data }) => data)).toEqual([
        expect.anything(),
        { ...acme('Echo', 'hello'), status: 'Accepted' },
        { ...acme('Later', 'hello'), status: 'Accepted' },
        { vendorId: 'ORG.ACME', messageId: 'echo', data: null, status: 'Accepted' },
        { vendorId: 'org.acme', messageId: null, data: null, status: 'Accepted' },
      ]);
    },
  );

  it('1.6 gets text, 2.x gets JSON', async () => {
    const old = await rig.charger({ path: '/ocpp/OLD' });
    const newer = await rig.charger({ path: '/ocpp/NEW', protocols: ['ocpp2.0.1'] });
    const call = { vendorId: 'org.all', messageId: 'x' };
    expect((await old.call('DataTransfer', call))[2]).toEqual({ status: 'Rejected', data: '{"messageId":"x"}' });
    expect((await newer.call('DataTransfer', call))[2]).toEqual({ status: 'Rejected', data: { messageId: 'x' } });
    const deep = { n: [1, { a: null }] };
    expect((await newer.call('DataTransfer', acme('Echo', deep)))[2]).toEqual({ status: 'Accepted', data: deep });
  });

  it.each(['ocpp1.6', 'ocpp2.0.1'])('%s: unknown vendors and messages are told apart', async (protocol) => {
    const charger = await rig.charger({ protocols: [protocol] });
    const ask = async (call: object) => (await charger.call('DataTransfer', call))[2];
    // 1.6 §4.3.
    expect(await ask({ vendorId: 'org.other', messageId: 'Echo' })).toEqual({ status: 'UnknownVendorId' });
    expect(await ask(acme('Other'))).toEqual({ status: 'UnknownMessageId' });
    for (const name of ['constructor', '__proto__', 'toString']) {
      expect(await ask({ vendorId: name })).toEqual({ status: 'UnknownVendorId' });
      expect(await ask(acme(name))).toEqual({ status: 'UnknownMessageId' });
    }
    expect(await ask(acme('Denies'))).toEqual({ status: 'UnknownVendorId' });
  });

  it.each([
    ['Throws', 'on purpose'],
    ['Rejects', 'on purpose'],
    ['Nothing', 'a handler must return { status, data }, but it returned undefined'],
    ['Invented', 'status must be one of Accepted, Rejected, UnknownMessageId, UnknownVendorId, but it is "Fine"'],
    ['Inherited', 'but it is "constructor"'],
    ['Cycle', 'circular'],
    ['Function', 'data must be a JSON value, but it is a function'],
  ])('a handler that fails (%s) is answered for, logged, and does no harm', async (messageId, problem) => {
    const charger = await rig.charger({ path: `/ocpp/${messageId}` });
    expect((await charger.call('DataTransfer', acme(messageId)))[2]).toEqual({ status: 'Rejected' });
    expect(logged).toContainEqual(
      expect.objectContaining({
        ...{ level: 50, msg: "a vendor's handler failed: its charger is answered Rejected", messageId },
        ...{ charger: `default/${messageId}`, vendorId: 'org.Acme' },
        err: expect.objectContaining({ message: expect.stringContaining(problem) }),
      }),
    );
    expect((await charger.call('Heartbeat', {}))[0]).toBe(3);
    const events = await rig.eventsOf('DataTransferReceived');
    await rig.until(() => rig.events.some(({ chargerId, type }) => chargerId === messageId && type === 'ChargerSeen'));
    expect(events.find(({ chargerId }) => chargerId === messageId)?.data).toMatchObject({ status: 'Rejected' });
  });

  it.each([['Never'], ['TooLate']])('one that takes too long (%s) is given up, and told so', async (messageId) => {
    const charger = await rig.charger({ path: `/ocpp/${messageId}` });
    const other = await rig.charger({ path: '/ocpp/OTHER' });
    const answer = charger.call('DataTransfer', acme(messageId));
    // Others do not wait for it.
    expect((await other.call('DataTransfer', acme('Echo')))[2]).toMatchObject({ status: 'Accepted' });
    expect((await answer)[2]).toEqual({ status: 'Rejected' });
    expect(logged).toContainEqual(
      expect.objectContaining({ level: 40, timeoutMs: 50, messageId, charger: `default/${messageId}` }),
    );
    expect(logged.filter(({ level }) => level > 40)).toEqual([]);
    if (messageId === 'Never') expect(logged).toContainEqual({ msg: 'told to stop', level: 0 });
    expect((await charger.call('DataTransfer', acme('Echo', 'alive')))[2]).toMatchObject({ data: 'alive' });
  });

  it('is stored though its charger is gone before the handler answers', async () => {
    const charger = await rig.charger({ path: '/ocpp/GONE' });
    charger.send([2, 'm1', 'DataTransfer', acme('Never', 'last words')]);
    charger.socket.terminate();
    const of = (type: string) => rig.events.find((event) => event.chargerId === 'GONE' && event.type === type);
    await rig.until(() => of('ConnectionClosed') !== undefined);
    expect(of('DataTransferReceived')?.data).toMatchObject({ data: 'last words', status: 'Rejected' });
  });

  it('what a handler does to the data is not what is stored', async () => {
    const charger = await rig.charger({ path: '/ocpp/CHANGES', protocols: ['ocpp2.0.1'] });
    await charger.call('DataTransfer', acme('Changes', { list: [0] }));
    await rig.until(() => rig.events.some(({ chargerId, type }) => chargerId === 'CHANGES' && type.startsWith('Data')));
    expect(
      rig.events.find(({ type, chargerId }) => chargerId === 'CHANGES' && type === 'DataTransferReceived'),
    ).toEqual(
      expect.objectContaining({
        data: expect.objectContaining({ data: expect.not.objectContaining({ list: [0, 1] }) }),
      }),
    );
  });

  it('does nothing for a charger that is not accepted', async () => {
    // 1.6 §4.2: it shall not ask.
    const charger = await rig.charger({ path: '/ocpp/PENDING' });
    expect((await charger.call('DataTransfer', acme('Echo')))[2]).toEqual({ status: 'Rejected' });
    expect((await charger.call('DataTransfer', { vendorId: 'org.other' }))[2]).toEqual({ status: 'UnknownVendorId' });
    expect(calls).toEqual([]);
  });
});
