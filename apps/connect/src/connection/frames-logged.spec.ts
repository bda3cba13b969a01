import { generateKeyPairSync } from 'node:crypto';
import type { ChargerCommand, OcppMessageEntry } from '@chargestream/contracts';
import { Rig } from '../testing/rig';
import type { TestCharger } from '../testing/test-charger';

const timestamp = () => new Date().toISOString();
const start = () => ({ connectorId: 1, idTag: 'TAG', meterStart: 0, timestamp: timestamp() });
const meterValue = () => [{ timestamp: timestamp(), sampledValue: [{ value: '1.5', unit: 'kWh' }] }];

describe('what the message log is given', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await Rig.open();
    await rig.start();
  });
  afterEach(() => rig.close());

  /** The frames with these messageIds, or about this action, once there are so many. */
  async function logged(wanted: (entry: OcppMessageEntry) => boolean, count: number): Promise<OcppMessageEntry[]> {
    const found = () => rig.messages.filter(wanted);
    await rig.until(() => found().length >= count);
    return found();
  }
  const sessions = async (action: string, count = 2) =>
    (await logged((entry) => entry.action === action, count)).map(({ direction, sessionId }) => [direction, sessionId]);

  it('tells of each frame of a 1.6 transaction, and of its answer, which session they are about', async () => {
    const charger = await rig.charger();
    const answer = (await charger.call('StartTransaction', start()))[2] as { transactionId: number };
    const { transactionId } = answer;
    await charger.call('MeterValues', { connectorId: 1, transactionId, meterValue: meterValue() });
    await charger.call('Heartbeat', {});
    await charger.call('MeterValues', { connectorId: 1, meterValue: meterValue() });
    await charger.call('StopTransaction', { transactionId, meterStop: 9, timestamp: timestamp() });
    const key = (await rig.eventsOf('TransactionReported'))[0]?.data.sessionKey;
    expect(key).toMatch(/^[0-9a-f]{32}$/);
    const ofSession = [
      ['IN', key],
      ['OUT', key],
    ];
    const ofNone = [
      ['IN', null],
      ['OUT', null],
    ];
    expect(await sessions('StartTransaction')).toEqual(ofSession);
    expect(await sessions('StopTransaction')).toEqual(ofSession);
    expect(await sessions('Heartbeat')).toEqual(ofNone);
    expect(await sessions('MeterValues', 4)).toEqual([...ofSession, ...ofNone]);
  });

  it('does not guess the session of a transaction that began on an earlier connection', async () => {
    const before = await rig.charger();
    const answer = (await before.call('StartTransaction', start()))[2] as { transactionId: number };
    await before.close();
    const charger = await rig.charger();
    await charger.call('StopTransaction', { ...answer, meterStop: 9, timestamp: timestamp() });
    expect(await sessions('StopTransaction')).toEqual([
      ['IN', null],
      ['OUT', null],
    ]);
  });

  it.each(['ocpp2.0.1', 'ocpp2.1'])('tells of each TransactionEvent of %s', async (protocol) => {
    const charger = await rig.charger({ protocols: [protocol] });
    const around = { timestamp: timestamp(), triggerReason: 'CablePluggedIn', transactionInfo: { transactionId: 'T' } };
    await charger.call('TransactionEvent', { ...around, eventType: 'Started', seqNo: 0, evse: { id: 1 } });
    const key = (await rig.eventsOf('TransactionReported'))[0]?.data.sessionKey;
    expect(await sessions('TransactionEvent')).toEqual([
      ['IN', key],
      ['OUT', key],
    ]);
  });

  describe('has no secret:', () => {
    const SECRET = 'DEADBEEF00112233445566778899AABB';
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const keyLine = pem.split('\n')[1] ?? '';
    let charger: TestCharger;
    beforeEach(async () => (charger = await rig.charger()));

    const call = (action: string, payload: Record<string, unknown>): ChargerCommand => ({
      kind: 'CALL_CHARGER',
      ...{ action, payload },
    });

    /** Sends it, answers it, and has both frames as they are logged. */
    async function exchanged(command: ChargerCommand, action: string, answer: object): Promise<OcppMessageEntry[]> {
      const [opened] = await rig.eventsOf('ConnectionOpened');
      await rig.command({ commandId: 'c-1', epoch: opened?.connectionEpoch ?? -1, command });
      const { messageId, payload } = await charger.called(action);
      // The charger itself is told everything.
      sent = JSON.stringify(payload);
      charger.send([3, messageId, answer]);
      const entries = await logged((entry) => entry.messageId === messageId, 2);
      expect(entries.map(({ commandId, direction }) => [commandId, direction])).toEqual([
        ['c-1', 'OUT'],
        ['c-1', 'IN'],
      ]);
      return entries;
    }
    let sent = '';

    it('a new AuthorizationKey', async () => {
      const payload = { key: 'AuthorizationKey', value: SECRET };
      const command = call('ChangeConfiguration', payload);
      const frames = await exchanged(command, 'ChangeConfiguration', { status: 'Accepted', authorizationKey: SECRET });
      expect(sent).toContain(SECRET);
      expect(JSON.stringify(frames)).not.toContain(SECRET);
      expect(frames[0]?.raw).toContain('"AuthorizationKey"');
    });

    it.each([
      [
        'an error',
        [4, 'PropertyConstraintViolation', `the value ${SECRET} is too short`, { got: SECRET.toLowerCase() }],
      ],
      ['an answer', [3, { status: 'Rejected', reason: `cannot use ${SECRET}` }]],
    ])('a new AuthorizationKey that the charger repeats in %s, nor has the end of the command', async (_in, answer) => {
      const [opened] = await rig.eventsOf('ConnectionOpened');
      const command = call('ChangeConfiguration', { key: 'AuthorizationKey', value: SECRET });
      await rig.command({ commandId: 'c-1', epoch: opened?.connectionEpoch ?? -1, command });
      const { messageId } = await charger.called('ChangeConfiguration');
      const [type, ...rest] = answer;
      charger.send([type, messageId, ...rest]);
      const frames = await logged((entry) => entry.messageId === messageId, 2);
      const ended = await rig.eventsOf('CommandFinished');
      expect(JSON.stringify([frames, ended]).toUpperCase()).not.toContain(SECRET);
      expect(frames[1]?.raw).toContain('[redacted]');
      expect(() => JSON.parse(frames[1]?.raw ?? '') as unknown).not.toThrow();
    });

    it('keys that a charger shows though it should not', async () => {
      const answer = {
        configurationKey: [
          { key: 'HeartbeatInterval', readonly: false, value: '300' },
          { key: 'authorizationkey', readonly: false, value: SECRET },
        ],
      };
      const frames = await exchanged(call('GetConfiguration', {}), 'GetConfiguration', answer);
      expect(JSON.stringify(frames)).not.toContain(SECRET);
      expect(frames[1]?.raw).toContain('"300"');
    });

    it.each([
      ['GetDiagnostics', { location: `ftp://user:${SECRET}@files.example.org/logs` }, {}],
      [
        'UpdateFirmware',
        { location: `https://user:${SECRET}@files.example.org/1.bin`, retrieveDate: '2026-01-01T00:00:00Z' },
        {},
      ],
      [
        'GetLog',
        {
          ...{ logType: 'SecurityLog', requestId: 1 },
          log: { remoteLocation: `sftp://user:${SECRET}@files.example.org` },
        },
        { status: 'Accepted' },
      ],
    ])('credentials in the location of %s', async (action, payload, answer) => {
      const frames = await exchanged(call(action, payload), action, answer);
      expect(sent).toContain(SECRET);
      expect(JSON.stringify(frames)).not.toContain(SECRET);
      expect(frames[0]?.raw).toContain('files.example.org');
    });

    it('passwords and private keys in DataTransfer, both ways', async () => {
      const data = JSON.stringify({ wifi: { password: SECRET }, tls: pem });
      const command: ChargerCommand = { kind: 'DATA_TRANSFER', vendorId: 'v', messageId: null, data };
      const frames = await exchanged(command, 'DataTransfer', {
        status: 'Accepted',
        data: `password=${SECRET}\n${pem}`,
      });
      await charger.call('DataTransfer', { vendorId: 'v', data }, 'in');
      frames.push(...(await logged((entry) => entry.messageId === 'in', 2)));
      expect(frames).toHaveLength(4);
      const shown = JSON.stringify(frames);
      expect(keyLine.length).toBeGreaterThan(20);
      for (const secret of [SECRET, keyLine]) {
        expect(sent).toContain(secret);
        expect(shown).not.toContain(secret);
      }
    });
  });
});
