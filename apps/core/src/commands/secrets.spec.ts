import { commandStream, eventId, TOPICS, type ChargerCommand, type SendCommand } from '@chargestream/contracts';
import { at, event } from '@chargestream/domain/testing';
import { Harness } from '../testing/harness';
import { intent } from '../testing/intents';

const SECRET = 'deadbeefdeadbeefdead';
const setKey: ChargerCommand = { kind: 'SET_CONFIGURATION', entries: [{ key: 'AuthorizationKey', value: SECRET }] };

describe('a command that carries a secret', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await Harness.open();
    await harness.start();
    await harness.report(event('ChargerSeen', {}));
    await harness.settled();
  });
  afterEach(() => harness.close());

  async function send(data: Partial<SendCommand> = {}): Promise<string> {
    const asked = intent('SendCommand', { command: setKey, expiresAt: at(5), holdUntilOnline: true, ...data });
    await harness.intend(asked);
    await harness.settled();
    return asked.id;
  }

  async function everythingStored(): Promise<string> {
    const stored: unknown[] = [];
    for await (const one of harness.store.readAll()) stored.push(one);
    const rows = await harness.readModel.db.selectFrom('commands').selectAll().execute();
    return JSON.stringify([stored, rows, harness.updates]);
  }

  it('tells it to the charger’s instance only, and is kept redacted', async () => {
    const commandId = await send();
    await harness.connection('open');
    await harness.until(() => harness.inbox.length > 0);
    expect(harness.inbox[0]!.command).toEqual(setKey);
    expect((await harness.stream(commandStream(commandId)))[0]!.data).toMatchObject({
      command: { kind: 'SET_CONFIGURATION', entries: [{ key: 'AuthorizationKey' }] },
      withheld: true,
    });
    await harness.settled();
    const stored = await everythingStored();
    expect(stored).toContain('AuthorizationKey');
    expect(stored).not.toContain(SECRET);
    const letters = await harness.records(TOPICS.deadLetters);
    expect(letters).toEqual([]);
  });

  it('still knows it when the first instance refuses the command', async () => {
    const commandId = await send();
    const epoch = await harness.connection('open');
    await harness.until(() => harness.inbox.length === 1);
    const data = { commandId, instanceId: 'connect-1', epoch };
    await harness.report(event('CommandNotOwned', data, { id: eventId('not-owned', commandId) }));
    await harness.settled();
    await harness.connection('open');
    await harness.until(() => harness.inbox.length === 2);
    expect(harness.inbox[1]!.command).toEqual(setKey);
  });

  it('ends FAILED when core was restarted before it could go out, and says what to do', async () => {
    const commandId = await send({ expiresAt: at(60) });
    await harness.restart();
    await harness.until(async () => (await harness.types(commandStream(commandId))).includes('CommandFinished'));
    expect((await harness.stream(commandStream(commandId))).at(-1)!.data).toMatchObject({
      outcome: 'FAILED',
      error: { code: 'SecretForgotten', message: expect.stringContaining('send it again') },
    });
    await harness.connection('open');
    await harness.settled();
    expect(harness.inbox).toEqual([]);
  });

  it('is not asked for when there is none', async () => {
    const commandId = await send({ command: { kind: 'CLEAR_CACHE' } });
    await harness.restart();
    await harness.connection('open');
    await harness.until(() => harness.inbox.length > 0);
    expect((await harness.stream(commandStream(commandId)))[0]!.data).not.toHaveProperty('withheld');
  });
});
