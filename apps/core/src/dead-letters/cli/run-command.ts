import { TOPICS } from '@chargestream/contracts';
import type { CompactedTable, EventBus } from '@chargestream/event-bus';
import { noLetterRecord, parksItsKey, type Letter } from '../letter';
import type { Command } from './arguments';
import { lettersIn, matching, replaysOf, selected } from './letters';
import { content, letterJson, letterTable, letterText } from './print';
import { outcomeOf, publishReplays, type ReplayOutcome } from './replay';

export interface CommandContext {
  bus: EventBus;
  /** False where core cannot run beside this program: what is replayed is handled later. */
  isCoreBeside: boolean;
  clock: () => number;
  newId: () => string;
  after: (ms: number, run: () => void) => () => void;
  out: (text: string | Buffer) => void;
}

export const EXIT = { done: 0, notDone: 1, usage: 2, noAnswer: 3, noBus: 4 } as const;

/** Runs one command on the dead letters of a bus. @returns the exit code. */
export async function runCommand(
  command: Exclude<Command, { name: 'help' }>,
  context: CommandContext,
): Promise<number> {
  const table = await context.bus.openTable(TOPICS.deadLetters);
  try {
    switch (command.name) {
      case 'list':
        return list(command, table, context);
      case 'show':
        return show(command, table, context);
      case 'replay':
        return await replay(command, table, context);
      case 'discard':
        return await discard(command, table, context);
    }
  } finally {
    await table.close();
  }
}

type CommandOf<Name extends Command['name']> = Extract<Command, { name: Name }>;

function list({ filter, limit, json }: CommandOf<'list'>, table: CompactedTable, { clock, out }: CommandContext) {
  const letters = matching(lettersIn(table), filter, clock());
  const shown = letters.slice(0, limit);
  if (json) for (const letter of shown) out(`${JSON.stringify(letterJson(letter))}\n`);
  else if (letters.length === 0) out('There are no dead letters of this kind.\n');
  else {
    const keys = new Set(letters.filter(parksItsKey).map(({ record }) => record.key)).size;
    out(`${letterTable(shown, clock())}\n`);
    if (shown.length < letters.length) out(`… and ${letters.length - shown.length} more: --limit ${letters.length}\n`);
    out(`${count(letters.length, 'letter')}; ${count(keys, 'charger')} held up.\n`);
  }
  return EXIT.done;
}

function show({ target, json, raw }: CommandOf<'show'>, table: CompactedTable, { clock, out }: CommandContext) {
  const [letter, ...behind] = selected(lettersIn(table), target);
  if (letter === undefined) return notFound(out);
  if (raw) out(letter.record.value ?? Buffer.alloc(0));
  else if (json) {
    const { headers, value } = letter.record;
    out(`${JSON.stringify({ ...letterJson(letter), headers, content: content(value) })}\n`);
  } else out(`${letterText(letter, behind.length, clock())}\n`);
  return EXIT.done;
}

async function replay(command: CommandOf<'replay'>, table: CompactedTable, context: CommandContext): Promise<number> {
  const { target, timeoutMs } = command;
  const { bus, out, after } = context;
  const all = lettersIn(table);
  const chosen = selected(all, target);
  if (chosen.length === 0) return target.all ? nothingToDo(out) : notFound(out);
  const older = firstOf(all, chosen[0]!);
  if (!target.all && target.id !== null && older.id !== target.id) {
    out(`It waits behind ${older.id}. Replay ${older.record.key}, or discard what it waits for.\n`);
    return EXIT.notDone;
  }
  // A charger's letters go in their order: with the oldest comes all that waits behind it.
  const keys = new Set(chosen.map(({ record }) => record.key));
  const withBehind = all.filter((one) => chosen.includes(one) || (parksItsKey(one) && keys.has(one.record.key)));
  const replays = replaysOf(target.all || target.id === null || parksItsKey(chosen[0]!) ? withBehind : chosen);
  const attempt = context.newId();
  await publishReplays(bus, replays, attempt);
  const letters = replays.reduce((sum, one) => sum + one.letters.length, 0);
  if (!context.isCoreBeside || !command.wait) {
    const when = context.isCoreBeside ? 'Core handles' : 'ChargeStream handles, when it is started again,';
    out(`${when} ${count(letters, 'letter')}. What cannot be handled stays in the dead letters.\n`);
    return EXIT.done;
  }
  return report(await outcomeOf(table, replays, attempt, timeoutMs, after), out);
}

/** The oldest letter of the same charger; of what has no order the letter itself. */
function firstOf(all: readonly Letter[], letter: Letter): Letter {
  if (!parksItsKey(letter)) return letter;
  return all.find((one) => parksItsKey(one) && one.record.key === letter.record.key) ?? letter;
}

function report({ handled, cameBack, waiting, unknown }: ReplayOutcome, out: CommandContext['out']): number {
  out(`${count(handled.length, 'letter')} handled.\n`);
  for (const { id, error } of cameBack) out(`Came back: ${id}\n  ${error}\n`);
  if (waiting.length > 0) out(`${count(waiting.length, 'letter')} still waiting behind.\n`);
  if (unknown.length > 0) {
    out(
      `Of ${count(unknown.length, 'letter')} core has said nothing in time. Is it running? Nothing is lost: it handles them when it comes to them.\n`,
    );
  }
  if (cameBack.length > 0) return EXIT.notDone;
  return unknown.length > 0 ? EXIT.noAnswer : EXIT.done;
}

async function discard({ target, yes }: CommandOf<'discard'>, table: CompactedTable, { bus, out }: CommandContext) {
  const all = lettersIn(table);
  const chosen = target.all ? [] : selected(all, target);
  if (chosen.length === 0) return notFound(out);
  if (!yes) {
    out(`This gives ${count(chosen.length, 'letter')} up for ever:\n`);
    for (const { id } of chosen) out(`  ${id}\n`);
    out('Nothing was discarded: repeat it with --yes.\n');
    return EXIT.notDone;
  }
  // The oldest last: while it is there, nothing behind it is handled.
  await bus.publish(chosen.map(({ id }) => noLetterRecord(id)).reverse());
  out(`${count(chosen.length, 'letter')} discarded.\n`);
  const { key } = chosen[0]!.record;
  const left = all.filter((one) => parksItsKey(one) && one.record.key === key && !chosen.includes(one));
  if (left.length > 0 && left.every(({ reason }) => reason === 'behind')) {
    out(
      `${count(left.length, 'letter')} behind it: handled before the charger's next message, or now with: replay ${key}\n`,
    );
  }
  return EXIT.done;
}

function notFound(out: CommandContext['out']): number {
  out('There is no such letter. npm run dead-letters -- list shows what there is.\n');
  return EXIT.notDone;
}

function nothingToDo(out: CommandContext['out']): number {
  out('There are no dead letters.\n');
  return EXIT.done;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
