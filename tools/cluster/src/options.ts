import { parseArgs } from 'node:util';
import { FAULTS, type Fault } from './faults';

export type ClusterRequest =
  | { kind: 'help' }
  | {
      kind: 'up';
      brokers: 1 | 3;
      depot: boolean;
      seconds: number | null;
      chargers: number;
      speed: number;
      seed: number;
    }
  | { kind: 'faults'; faults: readonly Fault[]; seconds: number | null; chargers: number; speed: number; seed: number }
  | { kind: 'e2e'; pattern: string | null }
  | { kind: 'soak'; chargers: number; seconds: number; speed: number; seed: number };

/** A command line that cannot be used; the message says what to write instead. */
export class OptionsError extends Error {}

export const HELP = `A cluster on this machine: a real Kafka, a real PostgreSQL, an event store (a double, or the real one that
EVENTSTORE_URL names), two connects, two cores and two apis as separate processes.

Usage: npm run cluster -- [command] [options]

Commands
  up              bring it up and run depot-sim against it until Ctrl-C (the default)
  fault NAME      bring it up, let chargers charge, run a fault, compare with the chargers' journal, print a verdict
  faults          every fault, one after the other
  e2e [PATTERN]   the end-to-end tests of the standalone program, unchanged, on the cluster
  soak            no cluster: the standalone program, 1.6 chargers and operators with commands of all kinds; then compares
                  with the journal, and says whether memory grew

Faults
${FAULTS.map(({ name, summary, seconds }) => `  ${name.padEnd(18)}${summary} (${seconds} s)`).join('\n')}

Options
  --chargers N    simulated chargers (up: 30, faults: 300, soak: 500)
  --seconds N     how long it stays up, the fault lasts, or the soak (600)
  --speed N       simulated seconds in a real one (up: 60, faults and soak: 15)
  --seed N        of chargers and faults (1)
  --brokers 1|3   of up (1)
  --no-depot      up without depot-sim
  --help          this text

KAFKA_BROKERS, EVENTSTORE_URL and DATABASE_URL name servers that are there already; faults need servers of their own.
A fault run ends with exit code 1 unless nothing was lost, doubled, out of order or left without an end.
`;

const OPTIONS = {
  chargers: { type: 'string' },
  seconds: { type: 'string' },
  speed: { type: 'string' },
  seed: { type: 'string', default: '1' },
  brokers: { type: 'string', default: '1' },
  'no-depot': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** @throws OptionsError for a command, option or value that does not exist */
export function parseOptions(argv: readonly string[]): ClusterRequest {
  const { values, positionals } = read(argv);
  if (values.help) return { kind: 'help' };
  const [command = 'up', name, ...rest] = positionals;
  if (rest.length > 0) throw new OptionsError(`"${rest[0]}" is one word too many; --help tells what there is.`);
  const common = {
    seconds: values.seconds === undefined ? null : whole('--seconds', values.seconds, 1, 86_400),
    speed: whole('--speed', values.speed ?? (command === 'up' ? '60' : '15'), 1, 10_000),
    seed: whole('--seed', values.seed, 0, 2 ** 31),
  };
  const chargers = (fallback: number) =>
    values.chargers === undefined ? fallback : whole('--chargers', values.chargers, 1, 10_000);
  switch (command) {
    case 'up': {
      if (values.brokers !== '1' && values.brokers !== '3') throw new OptionsError('--brokers must be 1 or 3');
      const brokers = values.brokers === '3' ? 3 : 1;
      return { kind: 'up', brokers, depot: !values['no-depot'], chargers: chargers(30), ...common };
    }
    case 'faults':
      return { kind: 'faults', faults: FAULTS, chargers: chargers(300), ...common };
    case 'fault': {
      const fault = FAULTS.find((one) => one.name === name);
      if (fault) return { kind: 'faults', faults: [fault], chargers: chargers(300), ...common };
      const names = FAULTS.map((one) => one.name).join(', ');
      throw new OptionsError(`${name === undefined ? 'Say which fault' : `There is no fault "${name}"`}: ${names}`);
    }
    case 'soak': {
      const { seconds, speed, seed } = common;
      return { kind: 'soak', chargers: chargers(500), seconds: seconds ?? 600, speed, seed };
    }
    case 'e2e':
      return { kind: 'e2e', pattern: name ?? null };
    default:
      throw new OptionsError(`There is no command "${command}"; there are: up, fault, faults, e2e, soak`);
  }
}

function read(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new OptionsError(`${(error as Error).message} (npm run cluster -- --help lists the options)`);
  }
}

function whole(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new OptionsError(`${option} must be a whole number from ${least} to ${most}, not "${text}"`);
}
