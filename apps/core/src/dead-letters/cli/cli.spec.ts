import { sessionStream, TOPICS } from '@chargestream/contracts';
import { CHARGER, register, TENANT, tx2 } from '@chargestream/domain/testing';
import { BusUnavailableError, type BusRecord, type EventBus } from '@chargestream/event-bus';
import { Harness } from '../../testing/harness';
import { refusing } from '../../testing/refusing-store';
import { parseCommand, runCommand, UsageError, type CommandContext } from '.';
import { lettersIn } from './letters';

const KEY = `${TENANT}/${CHARGER}`;
const story = [
  tx2('Started', 0, 0),
  ...Array.from({ length: 4 }, (_, n) => tx2('Updated', n + 1, n + 1, { samples: [register(100 * (n + 1), n + 1)] })),
  tx2('Ended', 5, 10),
];
const SESSION = sessionStream(String(story[0]!.data.sessionKey));

let harness: Harness;
const poison = new Set<string>();
beforeEach(async () => {
  poison.clear();
  harness = await Harness.open();
  harness.wrapStore = (store) => refusing(store, poison);
  await harness.start();
});
afterEach(() => harness.close());

/** Runs the tool as its program does; `expire` ends its waiting at once. */
async function tool(line: string, over: Partial<CommandContext> = {}, expire = false) {
  const command = parseCommand(line.split(' ').filter((word) => word !== ''));
  if (command.name === 'help') throw new Error('not a command');
  const out: (string | Buffer)[] = [];
  const exitCode = await runCommand(command, {
    bus: harness.bus,
    isCoreBeside: true,
    clock: harness.timers.clock,
    newId: () => `attempt-${Math.random()}`,
    after: (_ms, run) => {
      if (expire) setImmediate(run);
      return () => undefined;
    },
    out: (text) => out.push(text),
    ...over,
  });
  return { exitCode, text: out.map(String).join(''), out };
}

/** Reports the story with the given events refused, and resolves when they are parked. */
async function parkAt(...seqNos: number[]): Promise<void> {
  for (const seqNo of seqNos) poison.add(story[seqNo]!.id);
  await harness.report(...story);
  await harness.settled();
}

async function ids(): Promise<string[]> {
  await harness.settled();
  const table = await harness.bus.openTable(TOPICS.deadLetters);
  const found = lettersIn(table).map(({ id }) => id);
  await table.close();
  return found;
}

const storedSeqNos = async () => {
  await harness.settled();
  const facts = (await harness.stream(SESSION)).filter(({ type }) => type !== 'SessionAnomalyDetected');
  return facts.map(({ data }) => (data as { seqNo: number }).seqNo);
};

describe('list', () => {
  it('shows what is parked, why and for how long', async () => {
    await parkAt(3);
    harness.timers.advance(2 * 60 * 60_000);
    const { text, exitCode } = await tool('list');
    expect(exitCode).toBe(0);
    const [header, first, second, ...rest] = text.trimEnd().split('\n');
    expect(header).toMatch(/^ID +REASON +TYPE +AGE +ERROR$/);
    expect(first).toMatch(
      /^default\/CP-1#csms\.charger-events\.v1\/0\/3 +poison +TransactionReported +2h +refused because/,
    );
    expect(second).toMatch(/\/4 +behind +TransactionReported +2h$/);
    expect(rest).toEqual([expect.stringContaining('/5'), '3 letters; 1 charger held up.']);
  });

  it('as JSON a line, by charger, reason and age', async () => {
    await parkAt(3);
    await harness.report({ ...story[0]!, chargerId: 'CP-2', data: null } as unknown as (typeof story)[number]);
    await harness.settled();
    const listed = async (options: string) =>
      (await tool(`list --json ${options}`)).text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(await listed('')).toHaveLength(4);
    expect(await listed('--charger CP-2')).toMatchObject([
      {
        key: 'default/CP-2',
        tenantId: 'default',
        chargerId: 'CP-2',
        reason: 'poison',
        offset: 6,
        type: 'TransactionReported',
      },
    ]);
    expect(await listed('--reason behind')).toHaveLength(2);
    expect(await listed('--tenant nobody')).toEqual([]);
    expect(await listed('--older-than 1h')).toEqual([]);
    harness.timers.advance(3_600_000);
    expect(await listed('--older-than 1h')).toHaveLength(4);
    expect((await tool('list --limit 1')).text).toContain('… and 3 more');
  });

  it('says that there is nothing', async () => {
    expect(await tool('list')).toMatchObject({ exitCode: 0, text: 'There are no dead letters of this kind.\n' });
  });
});

describe('show', () => {
  it('tells the error and the content, secrets withheld', async () => {
    const value = Buffer.from(JSON.stringify({ id: 'x', password: 'hunter22', note: 'a\u001b[31m' }));
    await harness.bus.publish([{ topic: TOPICS.chargerEvents, key: KEY, value, headers: { ce_type: 'Odd' } }]);
    await harness.settled();
    const { text, exitCode } = await tool('show CP-1');
    expect(exitCode).toBe(0);
    expect(text).toContain('csms.charger-events.v1, partition 0, offset 0');
    expect(text).toContain('The event has no tenantId');
    expect(text).toContain('"id": "x"');
    expect(text).not.toContain('hunter22');
    expect(text).not.toContain('\u001b');
    const [id] = await ids();
    const json = JSON.parse((await tool(`show ${id} --json`)).text) as { content: unknown };
    expect(json.content).toMatchObject({ id: 'x' });
    expect((await tool(`show ${id} --raw`)).out).toEqual([value]);
  });

  it('copes with bytes that are no JSON, and with letters that are not there', async () => {
    await harness.bus.publish([{ topic: TOPICS.chargerEvents, key: KEY, value: Buffer.from('{"oops'), headers: {} }]);
    await harness.settled();
    expect((await tool('show CP-1')).text).toContain('{"oops\n(not JSON; 6 bytes)');
    expect(await tool('show CP-9')).toMatchObject({ exitCode: 1 });
  });
});

describe('replay', () => {
  it('hands a charger’s letters to core in their order and says what came of them', async () => {
    await parkAt(2);
    poison.clear();
    const { exitCode, text } = await tool('replay CP-1');
    expect({ exitCode, text }).toEqual({ exitCode: 0, text: '4 letters handled.\n' });
    expect(await ids()).toEqual([]);
    expect(await storedSeqNos()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('says which came back, with the new error', async () => {
    await parkAt(2, 4);
    poison.delete(story[2]!.id);
    const { exitCode, text } = await tool('replay --all');
    expect(exitCode).toBe(1);
    expect(text).toContain('2 letters handled.');
    expect(text).toMatch(/Came back: default\/CP-1#csms.charger-events.v1\/0\/4\n {2}refused because of/);
    expect(text).toContain('1 letter still waiting behind.');
    expect(await ids()).toHaveLength(2);
    expect(await storedSeqNos()).toEqual([0, 1, 2, 3]);
  });

  it('of one that waits says what it waits for', async () => {
    await parkAt(2);
    const [first, second] = await ids();
    const { exitCode, text } = await tool(`replay ${second}`);
    expect(exitCode).toBe(1);
    expect(text).toContain(`It waits behind ${first}`);
    expect(await storedSeqNos()).toEqual([0, 1]);
  });

  it('does not wait for ever for a core that is not there, and loses nothing by it', async () => {
    await parkAt(2);
    poison.clear();
    await harness.stop();
    const { exitCode, text } = await tool('replay CP-1', {}, true);
    expect(exitCode).toBe(3);
    expect(text).toContain('Nothing is lost');
    expect(await ids()).toHaveLength(4);
    await harness.start();
    expect(await ids()).toEqual([]);
    expect(await storedSeqNos()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('on storage of one process leaves it to the next start', async () => {
    await parkAt(2);
    poison.clear();
    await harness.stop();
    const { exitCode, text } = await tool('replay CP-1', { isCoreBeside: false });
    expect({ exitCode, text }).toMatchObject({
      exitCode: 0,
      text: expect.stringContaining('when it is started again'),
    });
    await harness.start();
    expect(await ids()).toEqual([]);
    expect(await storedSeqNos()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it.each(['before it has published', 'after it has published'])('loses nothing when it dies %s', async (when) => {
    await parkAt(2);
    poison.clear();
    const publish = async (records: readonly BusRecord[]) => {
      if (when.startsWith('after')) await harness.bus.publish(records);
      throw new BusUnavailableError('died');
    };
    const bus = new Proxy(harness.bus, {
      get: (target, name) => (name === 'publish' ? publish : (Reflect.get(target, name) as () => void).bind(target)),
    }) as EventBus;
    await expect(tool('replay --all', { bus })).rejects.toThrow('died');
    expect(await ids()).toHaveLength(when.startsWith('after') ? 0 : 4);
    expect(await tool('replay --all')).toMatchObject({ exitCode: 0 });
    expect(await ids()).toEqual([]);
    expect(await storedSeqNos()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('while the charger goes on keeps the order', async () => {
    poison.add(story[1]!.id);
    await harness.report(...story.slice(0, 3));
    await harness.settled();
    poison.clear();
    const replaying = tool('replay CP-1');
    for (const one of story.slice(3)) await harness.report(one);
    expect(await replaying).toMatchObject({ exitCode: 0 });
    expect(await ids()).toEqual([]);
    expect(await storedSeqNos()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await harness.types(SESSION)).not.toContain('SessionAnomalyDetected');
  });
});

describe('discard', () => {
  it('only with --yes', async () => {
    await parkAt(2);
    const { exitCode, text } = await tool('discard CP-1');
    expect(exitCode).toBe(1);
    expect(text).toContain('repeat it with --yes');
    expect(await ids()).toHaveLength(4);
    expect(await tool('discard CP-1 --yes')).toEqual(
      expect.objectContaining({ exitCode: 0, text: '4 letters discarded.\n' }),
    );
    expect(await ids()).toEqual([]);
    // The charger goes on.
    await harness.report(tx2('Started', 0, 20, { transactionId: 'next' }));
    await harness.settled();
    expect(await ids()).toEqual([]);
  });

  it('of one leaves those behind it to be replayed', async () => {
    await parkAt(2);
    const [first] = await ids();
    const { text } = await tool(`discard ${first} --yes`);
    expect(text).toContain('3 letters behind it');
    expect(await tool('replay CP-1')).toMatchObject({ exitCode: 0, text: '3 letters handled.\n' });
    expect(await storedSeqNos()).toEqual([0, 1, 3, 4, 5]);
    const ended = (await harness.stream(SESSION)).at(-1)!.data as { missingSeqNos: number[] };
    expect(ended.missingSeqNos).toEqual([2]);
  });
});

describe('a command line', () => {
  it.each([
    ['', 'Say what to do'],
    ['lst', 'There is no command lst'],
    ['replay', 'replay needs a KEY or an ID, or --all'],
    ['replay --all CP-1', 'Either --all or one KEY'],
    ['discard a b', 'b is too much'],
    ['list CP-1', 'list takes options only'],
    ['list --yes', '--yes is no option of list'],
    ['list --reason bad', '--reason is poison or behind'],
    ['list --older-than yesterday', '--older-than is a number'],
    ['list --nonsense', "Unknown option '--nonsense'"],
    ['list --limit 0', '--limit is a whole number'],
  ])('%s is refused with what is wrong', (line, message) => {
    const parse = () => parseCommand(line.split(' ').filter((word) => word !== ''));
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(message);
    expect(parse).toThrow('--help');
  });

  it('takes a charger of the default tenant, of any tenant, or a letter', () => {
    const target = (text: string) => parseCommand(['show', text]);
    expect(target('CP 1')).toMatchObject({ target: { key: 'default/CP%201', id: null } });
    expect(target('acme/CP-1')).toMatchObject({ target: { key: 'acme/CP-1', id: null } });
    expect(target('acme/CP-1#t/0/1')).toMatchObject({ target: { key: 'acme/CP-1', id: 'acme/CP-1#t/0/1' } });
    expect(parseCommand(['--help'])).toEqual({ name: 'help' });
  });
});
