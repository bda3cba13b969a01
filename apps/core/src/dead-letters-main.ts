import { randomUUID } from 'node:crypto';
import { TOPIC_SPECS, TOPICS } from '@chargestream/contracts';
import { createLogger, loadSettings } from '@chargestream/service-kit';
import { failureToStart, openBus } from '@chargestream/service-runtime';
import { EXIT, HELP, parseCommand, runCommand, UsageError, type Command } from './dead-letters/cli';

/** Without Kafka the bus is a file with one owner: standalone must be stopped, and handles a replay when it starts. */
async function run(command: Exclude<Command, { name: 'help' }>): Promise<number> {
  const settings = loadSettings({ ...process.env, LOG_LEVEL: process.env.LOG_LEVEL ?? 'error' }, 'standalone');
  const bus = await openBus({ service: 'standalone', settings, logger: createLogger(settings) });
  try {
    await bus.ensureTopics(TOPIC_SPECS.filter(({ name }) => name === TOPICS.deadLetters));
    return await runCommand(command, {
      bus,
      isCoreBeside: settings.kafkaBrokers !== '',
      clock: Date.now,
      newId: randomUUID,
      after: (ms, then) => {
        const timer = setTimeout(then, ms);
        return () => clearTimeout(timer);
      },
      out: (text) => void process.stdout.write(text),
    });
  } finally {
    await bus.close();
  }
}

async function main(): Promise<number> {
  try {
    const command = parseCommand(process.argv.slice(2));
    if (command.name !== 'help') return await run(command);
    process.stdout.write(HELP);
    return EXIT.done;
  } catch (error) {
    const text = error instanceof UsageError ? error.message : failureToStart(error);
    process.stderr.write(`${text}\n`);
    return error instanceof UsageError ? EXIT.usage : EXIT.noBus;
  }
}

void main().then((code) => (process.exitCode = code));
