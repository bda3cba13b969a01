import {
  chargerStream,
  type ChargerCommand,
  type CommandFact,
  type CommandOutcome,
  type StoredMetadata,
} from '@chargestream/contracts';
import { chargerDecider } from '@chargestream/domain';
import type { UnitOfWork } from '../aggregates/unit-of-work';

type Request = Extract<CommandFact, { type: 'CommandRequested' }>['data'];

/** Both are passwords for HTTP Basic: 1.6 security whitepaper A01, 2.0.1 A01. */
const KEY_16 = 'AuthorizationKey';
const VARIABLE_2 = 'BasicAuthPassword';
/** A key of 16 to 20 bytes in hexadecimal (whitepaper A00.FR.205): upper and lower case are the same key. */
const HEX_KEY = /^(?:[0-9a-f]{2}){16,20}$/i;

/** The password that a command gives the charger, as connect looks for it; null when it gives none. */
export function newPasswordIn(command: ChargerCommand): string | null {
  const password = valuesOf(command).findLast(isPassword)?.value;
  if (typeof password !== 'string') return null;
  return HEX_KEY.test(password) ? password.toLowerCase() : password;
}

/** What the end of a command means for the password that it gave the charger. */
export async function settlePassword(
  unit: UnitOfWork,
  request: Request,
  ended: { outcome: CommandOutcome; response: unknown },
  metadata: StoredMetadata,
): Promise<void> {
  const { newPasswordHash: passwordHash } = request;
  if (passwordHash === undefined) return;
  const certain = isTaken(statusOf(request.command, ended.response), ended.outcome);
  if (certain === null) return;
  const taken = { kind: 'passwordTaken', id: metadata.causationId, passwordHash, certain } as const;
  await unit.decide(chargerDecider, chargerStream(metadata.tenantId, metadata.chargerId), taken, metadata);
}

/** True and false: whether it uses the password for certain; null when it does not (A01.FR.03, A01.FR.04). */
function isTaken(status: string | null, outcome: CommandOutcome): boolean | null {
  if (status === 'Accepted') return true;
  // It goes on with the old one until then.
  if (status === 'RebootRequired') return false;
  const unanswered = outcome === 'TIMED_OUT' || outcome === 'UNKNOWN';
  return status === null && unanswered ? false : null;
}

interface Value {
  /** Of the configuration key or the variable. */
  name: unknown;
  value: unknown;
}

function isPassword({ name }: Value): boolean {
  return name === KEY_16 || name === VARIABLE_2;
}

/** What the command sets, in the order of the wire. */
function valuesOf(command: ChargerCommand): Value[] {
  if (command.kind === 'SET_CONFIGURATION') {
    return command.entries.map(({ key, variable, value }) => ({
      name: variable ?? key?.split('.').at(-1),
      value,
    }));
  }
  if (command.kind !== 'CALL_CHARGER') return [];
  const { key, value, setVariableData } = command.payload;
  if (command.action === 'ChangeConfiguration') return [{ name: key, value }];
  if (command.action !== 'SetVariables') return [];
  return list(setVariableData).map(({ variable, attributeValue }) => ({
    name: isObject(variable) ? variable['name'] : undefined,
    value: attributeValue,
  }));
}

/** What the charger answered to the password; null when it did not. */
function statusOf(command: ChargerCommand, response: unknown): string | null {
  if (!isObject(response)) return null;
  const index = valuesOf(command).findLastIndex(isPassword);
  // 2.x answers all at once, in order; of several ChangeConfiguration connect makes a list, as far as it came.
  const results = list(response['setVariableResult'] ?? response['results']);
  const result = results[index] ?? (index === 0 ? response : undefined);
  const status = result?.['attributeStatus'] ?? result?.['status'];
  return typeof status === 'string' ? status : null;
}

function list(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
