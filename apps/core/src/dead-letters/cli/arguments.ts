import { parseArgs } from 'node:util';
import { chargerKey, DEFAULT_TENANT } from '@chargestream/contracts';
import type { LetterReason } from '../letter';

/** What letters a command is about. */
export type Target = { all: true } | { all: false; key: string; id: string | null };

export type Command =
  | { name: 'help' }
  | { name: 'list'; json: boolean; limit: number; filter: Filter }
  | { name: 'show'; target: Target; json: boolean; raw: boolean }
  | { name: 'replay'; target: Target; wait: boolean; timeoutMs: number }
  | { name: 'discard'; target: Target; yes: boolean };

export interface Filter {
  tenantId: string | null;
  chargerId: string | null;
  reason: LetterReason | null;
  /** Only letters parked at least so long ago. */
  minAgeMs: number;
}

/** What the caller wrote cannot be meant. */
export class UsageError extends Error {
  constructor(message: string) {
    super(`${message} npm run dead-letters -- --help shows examples.`);
    this.name = 'UsageError';
  }
}

export const HELP = `Lists, shows, replays and discards what ChargeStream could not handle.

Usage: npm run dead-letters -- <command> [options]

  list                   what is parked
    --tenant T           only of this tenant
    --charger C          only of this charger
    --reason poison      only what could not be handled (or: behind, what waits behind it)
    --older-than 2h      only what was parked at least so long ago (s, m, h or d)
    --limit 100          rows at most
    --json               one JSON object a line
  show KEY|ID            one letter with its error, headers and content; of a KEY the oldest
    --json               as JSON
    --raw                only the bytes, as they came, secrets and all
  replay KEY|ID|--all    gives it to core again: of a charger the oldest letter, and what waits behind it in its order
    --no-wait            does not wait for what comes of it
    --timeout 60         seconds to wait while nothing happens
  discard KEY|ID         gives it up for ever
    --yes                really

KEY is a charger, CP-1 or tenant/CP-1. ID is what list shows: KEY#topic/partition/offset.

Examples
  npm run dead-letters -- list --reason poison
  npm run dead-letters -- show CP-1
  npm run dead-letters -- replay CP-1
  npm run dead-letters -- replay --all
  npm run dead-letters -- discard 'default/CP-1#csms.charger-events.v1/3/1041' --yes

The bus is that of the services: KAFKA_BROKERS and the other KAFKA_ variables. Without them it is the one in DATA_DIR (./data);
stop ChargeStream first then, and start it again: it handles what was replayed as soon as it runs.

Exit codes: 0 all done; 1 a replayed letter came back, there is no such letter, or --yes is missing; 2 not understood;
3 core did not answer in time (nothing is lost, it handles the replay later); 4 the bus cannot be reached.
`;

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  tenant: { type: 'string' },
  charger: { type: 'string' },
  reason: { type: 'string' },
  'older-than': { type: 'string' },
  limit: { type: 'string' },
  json: { type: 'boolean' },
  raw: { type: 'boolean' },
  all: { type: 'boolean' },
  'no-wait': { type: 'boolean' },
  timeout: { type: 'string' },
  yes: { type: 'boolean' },
} as const;

type Option = keyof typeof OPTIONS;

const ALLOWED: Record<Exclude<Command['name'], 'help'>, readonly Option[]> = {
  list: ['tenant', 'charger', 'reason', 'older-than', 'limit', 'json'],
  show: ['json', 'raw'],
  replay: ['all', 'no-wait', 'timeout'],
  discard: ['yes'],
};

/** @throws UsageError */
export function parseCommand(argv: readonly string[]): Command {
  const { values, positionals } = parsed(argv);
  const [name, target, ...rest] = positionals;
  if (values.help === true || name === 'help') return { name: 'help' };
  if (name === undefined) throw new UsageError('Say what to do: list, show, replay or discard.');
  if (!isCommandName(name)) throw new UsageError(`There is no command ${name}.`);
  if (rest.length > 0) throw new UsageError(`${rest.join(' ')} is too much: one KEY or ID at a time.`);
  for (const option of Object.keys(values) as Option[]) {
    if (!ALLOWED[name].includes(option)) throw new UsageError(`--${option} is no option of ${name}.`);
  }
  if (name === 'list') {
    if (target !== undefined) throw new UsageError(`list takes options only: --charger ${target}, say.`);
    const limit = positive('limit', values.limit ?? '100');
    return { name, json: values.json === true, limit, filter: filterOf(values) };
  }
  if (values.all === true && target !== undefined) throw new UsageError('Either --all or one KEY or ID.');
  const about = values.all === true ? ({ all: true } as const) : targetOf(name, target);
  switch (name) {
    case 'show':
      return { name, target: about, json: values.json === true, raw: values.raw === true };
    case 'replay': {
      const timeoutMs = positive('timeout', values.timeout ?? '60') * 1_000;
      return { name, target: about, wait: values['no-wait'] !== true, timeoutMs };
    }
    case 'discard':
      return { name, target: about, yes: values.yes === true };
  }
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message.split('. ')[0] + '.');
  }
}

function isCommandName(name: string): name is keyof typeof ALLOWED {
  return Object.hasOwn(ALLOWED, name);
}

function targetOf(name: string, text: string | undefined): Target {
  if (text === undefined || text === '') {
    throw new UsageError(`${name} needs a KEY or an ID${name === 'replay' ? ', or --all' : ''}.`);
  }
  const end = text.lastIndexOf('#');
  if (end >= 0) return { all: false, key: text.slice(0, end), id: text };
  return { all: false, key: text.includes('/') ? text : chargerKey(DEFAULT_TENANT, text), id: null };
}

function filterOf(values: ReturnType<typeof parsed>['values']): Filter {
  const { reason } = values;
  if (reason !== undefined && reason !== 'poison' && reason !== 'behind') {
    throw new UsageError(`--reason is poison or behind, not ${reason}.`);
  }
  return {
    tenantId: values.tenant ?? null,
    chargerId: values.charger ?? null,
    reason: reason ?? null,
    minAgeMs: ageMs(values['older-than'] ?? '0s'),
  };
}

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function ageMs(text: string): number {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (count === undefined) throw new UsageError(`--older-than is a number with s, m, h or d, 2h say, not ${text}.`);
  return Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new UsageError(`--${name} is a whole number above 0, not ${text}.`);
  return value;
}
