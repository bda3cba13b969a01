import { Journal, runDepot } from '@chargestream/charger-sim';
import { helpText } from './help';
import { OptionError, parseOptions, type CliOptions } from './options';
import { progressPrinter, type Output } from './progress';
import { summaryText } from './report';

export interface CliEnvironment {
  stdout: Output;
  stderr: Output;
  /** Aborts when the user wants to end. */
  signal: AbortSignal;
}

/**
 * The program.
 * @returns its exit code: 0 all acknowledged, 1 not, 2 bad options
 */
export async function main(args: readonly string[], environment: CliEnvironment): Promise<number> {
  const { stdout, stderr } = environment;
  try {
    const request = parseOptions(args);
    if (request.kind === 'help') {
      stdout.write(helpText());
      return 0;
    }
    return await run(request.options, environment);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    stderr.write(`depot-sim: ${error.message}\n`);
    return 2;
  }
}

async function run({ journal: file, ...options }: CliOptions, { stdout, signal }: CliEnvironment): Promise<number> {
  const journal = file === undefined ? undefined : openJournal(file);
  const printer = progressPrinter(stdout);
  const forever = options.durationS === undefined ? ' Ctrl-C ends it.' : '';
  stdout.write(
    `${options.chargers} chargers (${options.version}), ${options.scenario}, at ${options.url}.${forever}\n`,
  );
  try {
    const summary = await runDepot({
      ...options,
      ...(journal && { journal }),
      signal,
      onProgress: (progress) => printer.show(progress),
    });
    printer.done();
    stdout.write(`\n${summaryText(summary)}`);
    return summary.ok ? 0 : 1;
  } finally {
    journal?.close();
  }
}

function openJournal(file: string): Journal {
  try {
    return new Journal({ file, keepEntries: false });
  } catch (error) {
    throw new OptionError(`--journal must be a file that can be written: ${(error as Error).message}`);
  }
}
