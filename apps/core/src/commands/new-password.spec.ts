import { randomUUID } from 'node:crypto';
import { TOPICS, type ChargerCommand, type CommandFinished, type RegistryEntry } from '@chargestream/contracts';
import { at, event } from '@chargestream/domain/testing';
import { hashPassword, verifyPassword } from '@chargestream/service-kit';
import { Harness } from '../testing/harness';
import { intent } from '../testing/intents';
import { newPasswordIn } from './new-password';

const KEY = 'A1B2C3D4E5F60718293A4B5C6D7E8F9001020304';

const change = (value: string): ChargerCommand => ({
  kind: 'SET_CONFIGURATION',
  entries: [
    { key: 'HeartbeatInterval', value: '60' },
    { key: 'AuthorizationKey', value },
  ],
});

describe('the new password in a command', () => {
  it.each<[string, ChargerCommand, string | null]>([
    ['setConfiguration', change('a plain password'), 'a plain password'],
    ['a hexadecimal key', change(KEY), KEY.toLowerCase()],
    [
      'callCharger',
      { kind: 'CALL_CHARGER', action: 'ChangeConfiguration', payload: { key: 'AuthorizationKey', value: 'x' } },
      'x',
    ],
    [
      'SetVariables of 2.x',
      {
        kind: 'CALL_CHARGER',
        action: 'SetVariables',
        payload: { setVariableData: [{ variable: { name: 'BasicAuthPassword' }, attributeValue: 'y' }] },
      },
      'y',
    ],
    [
      'setConfiguration of 2.x',
      { kind: 'SET_CONFIGURATION', entries: [{ key: 'SecurityCtrlr.BasicAuthPassword', value: 'z' }] },
      'z',
    ],
    ['another key', { kind: 'SET_CONFIGURATION', entries: [{ key: 'HeartbeatInterval', value: '60' }] }, null],
    ['nonsense', { kind: 'CALL_CHARGER', action: 'SetVariables', payload: { setVariableData: [null, 1, {}] } }, null],
    ['another command', { kind: 'CLEAR_CACHE' }, null],
  ])('%s', (_what, command, password) => {
    expect(newPasswordIn(command)).toBe(password);
  });
});

describe('a password given to a charger by OCPP', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await Harness.open();
    await harness.start();
  });
  afterEach(() => harness.close());

  const entry = async (): Promise<RegistryEntry> => {
    await harness.settled();
    const table = await harness.bus.openTable(TOPICS.registry);
    const [found] = table.entries();
    await table.close();
    return JSON.parse(String(found?.value)) as RegistryEntry;
  };

  /** The charger has `old`, is told the new one, and its CALL comes to this end. */
  async function told(ended: Omit<CommandFinished, 'commandId' | 'ocppAction'>): Promise<RegistryEntry> {
    const credentials = { username: null, passwordHash: await hashPassword('old') };
    const asked = intent('SendCommand', { command: change(KEY), expiresAt: at(5), holdUntilOnline: true });
    await harness.intend(intent('RegisterCharger', { displayName: null, registration: 'ACCEPTED', credentials }));
    await harness.intend(asked);
    await harness.settled();
    await harness.report(
      event(
        'CommandFinished',
        { commandId: asked.id, ocppAction: 'ChangeConfiguration', ...ended },
        { id: randomUUID() },
      ),
    );
    return entry();
  }
  const results = (status: string) => ({
    results: [
      { key: 'x', status: 'Accepted' },
      { key: 'y', status },
    ],
  });

  it('is its password from then on when it accepted it (A01.FR.03), and only its hash is stored', async () => {
    const { credentials } = await told({ outcome: 'ACCEPTED', response: results('Accepted'), error: null });
    expect(await verifyPassword(KEY.toLowerCase(), credentials!.passwordHash)).toBe(true);
    expect(credentials?.previousPasswordHash).toBeNull();
    const stored: unknown[] = [];
    for await (const one of harness.store.readAll()) stored.push(one);
    expect(stored.length).toBeGreaterThan(2);
    expect(JSON.stringify(stored).toLowerCase()).not.toContain(KEY.toLowerCase());
  });

  it('is not when it refused it (A01.FR.04)', async () => {
    const { credentials } = await told({ outcome: 'REJECTED', response: results('Rejected'), error: null });
    expect(await verifyPassword('old', credentials!.passwordHash)).toBe(true);
    expect(credentials).not.toHaveProperty('previousPasswordHash');
  });

  it.each<[string, Omit<CommandFinished, 'commandId' | 'ocppAction'>]>([
    ['said nothing', { outcome: 'TIMED_OUT', response: null, error: { code: 'TimedOut', message: '' } }],
    [
      'was gone in the middle',
      { outcome: 'UNKNOWN', response: { status: 'Accepted' }, error: { code: 'SocketClosed', message: '' } },
    ],
    ['wants to reboot first', { outcome: 'ACCEPTED', response: results('RebootRequired'), error: null }],
  ])('stands beside the old one when it %s, until it comes with it', async (_what, ended) => {
    const { credentials } = await told(ended);
    expect(await verifyPassword(KEY.toLowerCase(), credentials!.passwordHash)).toBe(true);
    expect(await verifyPassword('old', credentials!.previousPasswordHash!)).toBe(true);
    const connection = { instanceId: 'connect-1', connectionId: 'c', securityProfile: 1, remoteAddress: null } as const;
    await harness.report(event('ConnectionOpened', { ...connection, passwordRenewed: true }, { connectionEpoch: 7 }));
    expect((await entry()).credentials).toEqual({ ...credentials, previousPasswordHash: null });
  });

  it('belongs to a charger whose security profile rises as it was told', async () => {
    const keys = [{ key: 'SecurityProfile', value: '2', readonly: false }];
    await harness.report(event('ConfigurationReported', { keys, unknownKeys: [], complete: false, changed: true }));
    const connection = { instanceId: 'connect-1', connectionId: 'c', remoteAddress: null } as const;
    await harness.report(event('ConnectionOpened', { ...connection, securityProfile: 1 }, { connectionEpoch: 7 }));
    expect((await entry()).securityProfile ?? null).toBeNull();
    await harness.report(
      event('ConnectionOpened', { ...connection, securityProfile: 2 }, { connectionEpoch: 8, id: randomUUID() }),
    );
    expect((await entry()).securityProfile).toBe(2);
    await harness.intend(intent('UpdateCharger', { securityProfile: 3 }));
    expect((await entry()).securityProfile).toBe(3);
    await harness.intend(intent('UpdateCharger', { displayName: 'Depot' }));
    expect((await entry()).securityProfile).toBe(3);
  });
});
