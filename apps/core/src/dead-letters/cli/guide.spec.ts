import { readFileSync } from 'node:fs';
import path from 'node:path';
import { chargerKey, TOPICS } from '@chargestream/contracts';
import { CHARGER, TENANT } from '@chargestream/domain/testing';
import { Harness } from '../../testing/harness';
import { EXIT, HELP, parseCommand, runCommand } from '.';

const guide = readFileSync(path.resolve(__dirname, '../../../../../docs/guides/dead-letters.md'), 'utf8');

/** The tool's arguments of each line that a text shows, quotes taken off as a shell does. */
function linesOf(text: string): string[][] {
  return [...text.matchAll(/^ *npm run (?:-s )?dead-letters -- (.+)$/gm)].map(([, line]) =>
    [...line!.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!),
  );
}

it('every command of the guide runs as it stands', async () => {
  const harness = await Harness.open();
  await harness.start();
  const key = chargerKey(TENANT, CHARGER);
  await harness.bus.publish([{ topic: TOPICS.chargerEvents, key, value: Buffer.from('{'), headers: {} }]);
  await harness.settled();
  const lines = linesOf(guide);
  expect(lines.length).toBeGreaterThan(5);
  for (const line of lines) {
    const command = parseCommand(line);
    if (command.name === 'help') throw new Error('help is no example');
    const said: string[] = [];
    const exitCode = await runCommand(command, {
      bus: harness.bus,
      isCoreBeside: true,
      clock: harness.timers.clock,
      newId: () => 'attempt',
      after: () => () => undefined,
      out: (text) => said.push(String(text)),
    });
    // The letter is no JSON, and comes back; without --yes nothing is discarded.
    const isDone = command.name === 'list' || command.name === 'show';
    expect({ line, exitCode, said }).toMatchObject({ exitCode: isDone ? EXIT.done : EXIT.notDone });
    await harness.settled();
  }
  await harness.close();
});

it('every example of --help is understood', () => {
  const lines = linesOf(HELP).filter(([name]) => name !== '<command>');
  expect(lines.length).toBeGreaterThan(4);
  for (const line of lines) expect(parseCommand(line).name).toBe(line[0]);
});
