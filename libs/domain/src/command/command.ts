import type { ChargerEventOf, CommandError, CommandFact, CommandOutcome, Intent } from '@chargestream/contracts';
import { assertNever, type Decider } from '../decider';

type Requested = Extract<CommandFact, { type: 'CommandRequested' }>['data'];

/** A connection a command was handed to. */
export interface Owner {
  instanceId: string;
  /** Of the connection. */
  epoch: number;
}

export type CommandState =
  | { readonly status: 'none' }
  | { readonly status: 'requested'; readonly request: Requested }
  | {
      readonly status: 'dispatched';
      readonly request: Requested;
      readonly owner: Owner;
      /** Of the owner's process, where it tells one. */
      readonly bootId: string | null;
      /** The owner has not sent it and will not: it may be handed to another. */
      readonly refused: boolean;
    }
  | { readonly status: 'sent'; readonly request: Requested }
  | { readonly status: 'finished'; readonly request: Requested | null; readonly outcome: CommandOutcome };

export type CommandCommand =
  /** `withheld`: the intent's command is redacted. `newPasswordHash`: of the password that it gives the charger. */
  | {
      kind: 'request';
      intent: Extract<Intent, { type: 'SendCommand' }>;
      withheld?: boolean;
      newPasswordHash?: string;
    }
  | { kind: 'dispatch'; owner: Owner; bootId: string | null }
  | { kind: 'event'; event: ChargerEventOf<'CommandSent' | 'CommandFinished' | 'CommandNotOwned'> }
  /** The process it was handed to is gone, and nothing on the bus says that it sent it. */
  | { kind: 'lost'; owner: Owner }
  /** The charger is away and the command must not wait. */
  | { kind: 'offline'; at: string }
  /** What was withheld of it is known to nobody any more. */
  | { kind: 'forgotten'; at: string }
  /** `expiresAt` has passed, and for a dispatched one the grace for its outcome too. */
  | { kind: 'expire'; at: string; gracePassed: boolean };

/** Of an entry of a list (a local list may have thousands) in memory, with room to spare. */
const ITEM_KB = 0.5;

function itemsIn({ command }: Requested): number {
  const fields = Object.values(command.kind === 'CALL_CHARGER' ? (command.payload ?? {}) : command);
  return fields.reduce((sum: number, value: unknown) => sum + (Array.isArray(value) ? value.length : 0), 0);
}

export const commandDecider: Decider<CommandState, CommandCommand, CommandFact> = {
  initialState: { status: 'none' },

  sizeKbOf: (state) => (state.status === 'none' || state.request === null ? 1 : 1 + itemsIn(state.request) * ITEM_KB),

  decide(state, command) {
    // The first terminal state is final: late and repeated outcomes change nothing.
    if (state.status === 'finished') return [];
    switch (command.kind) {
      case 'request':
        return state.status === 'none' ? [requested(command)] : [];
      case 'dispatch': {
        // A refusal and a newer owner, or the first: never twice to the same connection.
        if (!isFree(state) || (state.status === 'dispatched' && isOwner(state.owner, command.owner))) return [];
        return [{ type: 'CommandDispatched', data: { ...command.owner, bootId: command.bootId } }];
      }
      case 'event':
        return decideOutcome(state, command.event);
      case 'lost':
        return decideRefusal(state, command.owner);
      case 'offline':
        if (!isFree(state)) return [];
        return [finished('OFFLINE', command.at, { code: 'Offline', message: 'The charger is not connected.' })];
      case 'forgotten':
        return isFree(state) ? [finished('FAILED', command.at, SECRET_FORGOTTEN)] : [];
      case 'expire':
        return decideExpiry(state, command);
      default:
        return assertNever(command, 'command');
    }
  },

  evolve(state, fact) {
    switch (fact.type) {
      case 'CommandRequested':
        return state.status === 'none' ? { status: 'requested', request: fact.data } : state;
      case 'CommandDispatched':
        return state.status === 'requested' || state.status === 'dispatched'
          ? dispatched(state.request, fact.data)
          : state;
      case 'CommandRefused':
        return state.status === 'dispatched' && isOwner(state.owner, fact.data) ? { ...state, refused: true } : state;
      case 'CommandSent':
        return state.status === 'requested' || state.status === 'dispatched'
          ? { status: 'sent', request: state.request }
          : state;
      case 'CommandFinished':
        if (state.status === 'finished') return state;
        return {
          status: 'finished',
          request: state.status === 'none' ? null : state.request,
          outcome: fact.data.outcome,
        };
      default:
        return assertNever(fact, 'command fact');
    }
  },
};

const SECRET_FORGOTTEN: CommandError = {
  code: 'SecretForgotten',
  message:
    'The command carries a secret, which is kept in memory only, and core was restarted before it could go out: send it again.',
};

function requested({
  intent: { id, data, requestedAt, requestedBy },
  withheld,
  newPasswordHash,
}: Extract<CommandCommand, { kind: 'request' }>): CommandFact {
  const { command, expiresAt, holdUntilOnline } = data;
  const request = { commandId: id, command, requestedAt, requestedBy, expiresAt, holdUntilOnline };
  const secrets = {
    ...(withheld === true ? { withheld } : {}),
    ...(newPasswordHash === undefined ? {} : { newPasswordHash }),
  };
  return { type: 'CommandRequested', data: { ...request, ...secrets } };
}

function dispatched(
  request: Requested,
  { instanceId, epoch, bootId = null }: Owner & { bootId?: string | null },
): CommandState {
  return { status: 'dispatched', request, owner: { instanceId, epoch }, bootId, refused: false };
}

/** Nobody has it in hand. */
function isFree(state: CommandState): boolean {
  return state.status === 'requested' || (state.status === 'dispatched' && state.refused);
}

function decideRefusal(state: CommandState, { instanceId, epoch }: Owner): readonly CommandFact[] {
  if (state.status !== 'dispatched' || state.refused || !isOwner(state.owner, { instanceId, epoch })) return [];
  return [{ type: 'CommandRefused', data: { instanceId, epoch } }];
}

function isOwner(a: Owner, b: Owner): boolean {
  return a.instanceId === b.instanceId && a.epoch === b.epoch;
}

function decideOutcome(
  state: CommandState,
  event: ChargerEventOf<'CommandSent' | 'CommandFinished' | 'CommandNotOwned'>,
): readonly CommandFact[] {
  // An outcome of a command nobody requested here: foreign or forged. There is nothing to end.
  if (state.status === 'none') return [];
  if (event.type === 'CommandNotOwned') return decideRefusal(state, event.data);
  if (event.type === 'CommandSent') {
    if (state.status === 'sent') return [];
    const { ocppAction, payload } = event.data;
    return [{ type: 'CommandSent', data: { ocppAction, payload, sentAt: event.receivedAt } }];
  }
  const { outcome, ocppAction, response, error } = event.data;
  return [{ type: 'CommandFinished', data: { outcome, ocppAction, response, error, finishedAt: event.receivedAt } }];
}

const NEVER_ONLINE: CommandError = { code: 'Expired', message: 'The charger did not come online in time.' };

/** Every command ends. What was never handed over is EXPIRED; what went out without an answer TIMED_OUT; else UNKNOWN. */
function decideExpiry(
  state: CommandState,
  { at, gracePassed }: { at: string; gracePassed: boolean },
): readonly CommandFact[] {
  switch (state.status) {
    case 'requested':
      return [finished('EXPIRED', at, NEVER_ONLINE)];
    case 'sent':
      if (!gracePassed) return [];
      return [
        finished('TIMED_OUT', at, { code: 'TimedOut', message: 'The charger got the command and did not answer.' }),
      ];
    case 'dispatched':
      if (state.refused) return [finished('EXPIRED', at, NEVER_ONLINE)];
      if (!gracePassed) return [];
      return [
        finished('UNKNOWN', at, { code: 'Unknown', message: 'Whether the charger got the command is not known.' }),
      ];
    case 'none':
    case 'finished':
      return [];
    default:
      return assertNever(state, 'command state');
  }
}

function finished(outcome: CommandOutcome, finishedAt: string, error: CommandError): CommandFact {
  return { type: 'CommandFinished', data: { outcome, ocppAction: null, response: null, error, finishedAt } };
}
