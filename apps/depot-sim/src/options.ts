import { parseArgs } from 'node:util';
import { DEFAULT_ID_TOKENS, parseFault, SCENARIOS, type FaultOrder } from '@chargestream/charger-sim';
import type { OcppVersion } from '@chargestream/ocpp';

export interface CliOptions {
  chargers: number;
  version: OcppVersion | 'mixed';
  url: string;
  scenario: string;
  /** Absent: until Ctrl-C. */
  durationS?: number;
  speed: number;
  seed: string;
  idTokens: string[];
  idPrefix: string;
  connectors: number;
  graceMs: number;
  password?: string;
  username?: string;
  tenant?: string;
  journal?: string;
  faults?: FaultOrder[];
  clockOffsetMs?: number;
}

export type CliRequest = { kind: 'run'; options: CliOptions } | { kind: 'help' };

/** A bad option; the message says what to write instead. */
export class OptionError extends Error {}

export const DEFAULT_URL = 'ws://127.0.0.1:9220/ocpp';
const VERSIONS = ['1.6', '2.0.1', '2.1', 'mixed'] as const;

const OPTIONS = {
  chargers: { type: 'string', default: '10' },
  version: { type: 'string', default: 'mixed' },
  url: { type: 'string', default: DEFAULT_URL },
  scenario: { type: 'string', default: 'depot' },
  duration: { type: 'string' },
  speed: { type: 'string', default: '60' },
  seed: { type: 'string', default: '1' },
  'id-tag': { type: 'string', multiple: true },
  'id-prefix': { type: 'string', default: 'SIM-' },
  connectors: { type: 'string', default: '2' },
  grace: { type: 'string', default: '30' },
  password: { type: 'string' },
  username: { type: 'string' },
  tenant: { type: 'string' },
  journal: { type: 'string' },
  fault: { type: 'string', multiple: true },
  'clock-offset': { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/**
 * Reads the command line.
 * @throws OptionError with a sentence that says what to write
 */
export function parseOptions(args: readonly string[]): CliRequest {
  const values = readArgs(args);
  if (values.help) return { kind: 'help' };
  const { password, username, tenant, journal, duration, fault, 'clock-offset': clockOffset } = values;
  return {
    kind: 'run',
    options: {
      chargers: wholeNumber('--chargers', values.chargers, 1, 100_000),
      version: oneOf('--version', values.version, VERSIONS),
      url: webSocketUrl(values.url),
      scenario: oneOf('--scenario', values.scenario, [...SCENARIOS.keys()]),
      ...(duration !== undefined && { durationS: positive('--duration', duration, 'seconds, e.g. --duration 60') }),
      speed: positive('--speed', values.speed, 'simulated seconds in a real one, e.g. --speed 60'),
      seed: values.seed,
      idTokens: (values['id-tag'] ?? DEFAULT_ID_TOKENS).flatMap((list) => list.split(',')).map(idTag),
      idPrefix: values['id-prefix'],
      connectors: wholeNumber('--connectors', values.connectors, 1, 100),
      graceMs: 1000 * positive('--grace', values.grace, 'seconds, e.g. --grace 30'),
      ...(password !== undefined && { password }),
      ...(username !== undefined && { username }),
      ...(tenant !== undefined && { tenant }),
      ...(journal !== undefined && { journal }),
      ...(fault !== undefined && { faults: fault.map(faultOrder) }),
      ...(clockOffset !== undefined && { clockOffsetMs: 1000 * seconds('--clock-offset', clockOffset) }),
    },
  };
}

function readArgs(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: false }).values;
  } catch (error) {
    const unknown = /'(-[^' ]*)/.exec((error as Error).message)?.[1];
    const known = Object.keys(OPTIONS).map((name) => `--${name}`);
    if ((error as { code?: string }).code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' && unknown) {
      throw new OptionError(`There is no option ${unknown}; write one of: ${known.join(' ')}`);
    }
    throw new OptionError(`${(error as Error).message.replace(/\.$/, '')}; depot-sim --help lists the options`);
  }
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new OptionError(`${option} must be a whole number from ${least} to ${most}, not "${text}"`);
}

function positive(option: string, text: string, what: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new OptionError(`${option} must be a number above 0 in ${what}, not "${text}"`);
}

function seconds(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new OptionError(`${option} must be seconds, e.g. ${option}=-3600, not "${text}"`);
}

function faultOrder(text: string): FaultOrder {
  try {
    return parseFault(text);
  } catch (error) {
    throw new OptionError(`--fault ${text}: ${(error as Error).message}`);
  }
}

function oneOf<T extends string>(option: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((value) => value === text);
  if (found) return found;
  throw new OptionError(`${option} must be one of ${allowed.join(', ')}, not "${text}"`);
}

function webSocketUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && (url.protocol === 'ws:' || url.protocol === 'wss:') && url.hash === '' && url.search === '') return text;
  throw new OptionError(
    `--url must be the server's WebSocket address without a charger's identity, e.g. ${DEFAULT_URL}, not "${text}"`,
  );
}

/** 1.6 CiString20Type: the shortest limit of the three versions. */
function idTag(text: string): string {
  if (text.length >= 1 && text.length <= 20) return text;
  throw new OptionError(`--id-tag must be 1 to 20 characters, several with commas between, not "${text}"`);
}
