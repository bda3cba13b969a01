import { hashPassword } from '@chargestream/service-kit';
import { passwordSet } from '../commands/password-set';
import { Rig } from '../testing/rig';
import { TestCharger } from '../testing/test-charger';

const KEY = 'a1b2c3d4e5f60718293a4b5c6d7e8f9001020304';
const basic = (password: string | Buffer) =>
  `Basic ${Buffer.concat([Buffer.from('CP1:'), Buffer.from(password)]).toString('base64')}`;

describe('a password that a charger was given', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await Rig.open();
    await rig.start();
    await rig.register({ chargerId: 'CP1', credentials: { username: null, passwordHash: await hashPassword('old') } });
  });
  afterEach(() => rig.close());

  const isLetIn = async (password: string | Buffer) =>
    (await rig.dial({ authorization: basic(password) })) instanceof TestCharger;

  async function change(status: string): Promise<TestCharger> {
    const charger = await rig.charger({ authorization: basic('old') });
    const [opened] = await rig.eventsOf('ConnectionOpened');
    const entries = [{ key: 'AuthorizationKey', value: KEY }];
    const epoch = opened?.connectionEpoch ?? -1;
    await rig.command({ commandId: 'c-1', epoch, command: { kind: 'SET_CONFIGURATION', entries } });
    const { messageId } = await charger.called('ChangeConfiguration');
    charger.send([3, messageId, { status }]);
    await rig.eventsOf('CommandFinished');
    return charger;
  }

  it('lets it in before the registry knows it, in either of its forms, and the old one until then', async () => {
    await change('Accepted');
    expect(await isLetIn(KEY)).toBe(true);
    expect(await isLetIn(Buffer.from(KEY, 'hex'))).toBe(true);
    expect(await isLetIn('old')).toBe(true);
    await rig.register({
      chargerId: 'CP1',
      credentials: { username: null, passwordHash: await hashPassword(KEY), previousPasswordHash: null },
    });
    const wrong = async () => !(await isLetIn('old'));
    while (!(await wrong()));
    expect(await isLetIn(Buffer.from(KEY, 'hex'))).toBe(true);
  });

  it('is none when it refused it', async () => {
    await change('Rejected');
    expect(await isLetIn(KEY)).toBe(false);
  });

  it('does not close its connection when the registry has it; another that an operator sets does', async () => {
    const charger = await change('Accepted');
    const passwordHash = await hashPassword(KEY);
    await rig.register({ chargerId: 'CP1', credentials: { username: null, passwordHash, previousPasswordHash: null } });
    expect((await charger.call('Heartbeat', {}))[0]).toBe(3);
    await rig.register({ chargerId: 'CP1', credentials: { username: null, passwordHash: await hashPassword('x') } });
    expect((await charger.closed).code).toBe(1008);
  });

  it('stands beside the one before where that is said, and its first use is told', async () => {
    const [previousPasswordHash, passwordHash] = await Promise.all([hashPassword('old'), hashPassword(KEY)]);
    await rig.register({ chargerId: 'CP1', credentials: { username: null, passwordHash, previousPasswordHash } });
    expect(await isLetIn('old')).toBe(true);
    expect((await rig.eventsOf('ConnectionOpened'))[0]?.data).not.toHaveProperty('passwordRenewed');
    expect(await isLetIn(KEY)).toBe(true);
    expect((await rig.eventsOf('ConnectionOpened', 2))[1]?.data.passwordRenewed).toBe(true);
  });
});

describe('what sets a password', () => {
  const variables = (...names: string[]) => ({
    action: 'SetVariables',
    payload: { setVariableData: names.map((name) => ({ variable: { name }, attributeValue: `value of ${name}` })) },
  });
  it.each([
    [
      'a key',
      { action: 'ChangeConfiguration', payload: { key: 'AuthorizationKey', value: 'x' } },
      { status: 'Accepted' },
      'x',
    ],
    [
      'a key refused',
      { action: 'ChangeConfiguration', payload: { key: 'AuthorizationKey', value: 'x' } },
      { status: 'Rejected' },
      null,
    ],
    [
      'another key',
      { action: 'ChangeConfiguration', payload: { key: 'Other', value: 'x' } },
      { status: 'Accepted' },
      null,
    ],
    [
      'a variable',
      variables('Other', 'BasicAuthPassword'),
      { setVariableResult: [{ attributeStatus: 'Rejected' }, { attributeStatus: 'Accepted' }] },
      'value of BasicAuthPassword',
    ],
    [
      'a variable refused',
      variables('Other', 'BasicAuthPassword'),
      { setVariableResult: [{ attributeStatus: 'Accepted' }, { attributeStatus: 'Rejected' }] },
      null,
    ],
    ['an answer without results', variables('BasicAuthPassword'), {}, null],
    ['another message', { action: 'ClearCache', payload: {} }, { status: 'Accepted' }, null],
  ])('%s', (_what, call, response, password) => {
    expect(passwordSet({ ...call, response })).toBe(password);
  });
});
