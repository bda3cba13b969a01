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
    }
  | { readonly status: 'sent'; readonly request: Requested }
  | { readonly status: 'finished'; readonly request: Requested | null; readonly outcome: CommandOutcome };

export type CommandCommand =
  | { kind: 'request'; intent: Extract<Intent, { type: 'SendCommand' }> }
  /** `refusedBy` is the owner that answered NotOwned to this command; then it may be handed to another. */
  | { kind: 'dispatch'; owner: Owner; refusedBy: Owner | null }
  | { kind: 'event'; event: ChargerEventOf<'CommandSent' | 'CommandFinished'> }
  /** The charger is away and the command must not wait. */
  | { kind: 'offline'; at: string; refusedBy: Owner | null }
  /** `expiresAt` has passed, and for a dispatched one the grace for its outcome too. */
  | { kind: 'expire'; at: string; gracePassed: boolean };

export const commandDecider: Decider<CommandState, CommandCommand, CommandFact> = {
  initialState: { status: 'none' },

  decide(state, command) {
    // The first terminal state is final: late and repeated outcomes change nothing.
    if (state.status === 'finished') return [];
    switch (command.kind) {
      case 'request':
        return state.status === 'none' ? [requested(command.intent)] : [];
      case 'dispatch': {
        const mayHandOver = state.status === 'requested' || isRefused(state, command.refusedBy);
        // A refusal and a newer owner, or the first: never twice to the same connection.
        if (!mayHandOver || (state.status === 'dispatched' && isOwner(state.owner, command.owner))) return [];
        return [{ type: 'CommandDispatched', data: command.owner }];
      }
      case 'event':
        return decideOutcome(state, command.event);
      case 'offline':
        if (state.status !== 'requested' && !isRefused(state, command.refusedBy)) return [];
        return [finished('OFFLINE', command.at, { code: 'Offline', message: 'The charger is not connected.' })];
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
          ? { status: 'dispatched', request: state.request, owner: fact.data }
          : state;
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

function requested({ id, data, requestedAt, requestedBy }: Extract<Intent, { type: 'SendCommand' }>): CommandFact {
  const { command, expiresAt, holdUntilOnline } = data;
  return {
    type: 'CommandRequested',
    data: { commandId: id, command, requestedAt, requestedBy, expiresAt, holdUntilOnline },
  };
}

function isRefused(state: CommandState, refusedBy: Owner | null): boolean {
  return refusedBy !== null && state.status === 'dispatched' && isOwner(state.owner, refusedBy);
}

function isOwner(a: Owner, b: Owner): boolean {
  return a.instanceId === b.instanceId && a.epoch === b.epoch;
}

function decideOutcome(
  state: CommandState,
  event: ChargerEventOf<'CommandSent' | 'CommandFinished'>,
): readonly CommandFact[] {
  // An outcome of a command nobody requested here: foreign or forged. There is nothing to end.
  if (state.status === 'none') return [];
  if (event.type === 'CommandSent') {
    if (state.status === 'sent') return [];
    const { ocppAction, payload } = event.data;
    return [{ type: 'CommandSent', data: { ocppAction, payload, sentAt: event.receivedAt } }];
  }
  const { outcome, ocppAction, response, error } = event.data;
  return [{ type: 'CommandFinished', data: { outcome, ocppAction, response, error, finishedAt: event.receivedAt } }];
}

/** Every command ends. What was never handed over is EXPIRED; what went out without an answer TIMED_OUT; else UNKNOWN. */
function decideExpiry(
  state: CommandState,
  { at, gracePassed }: { at: string; gracePassed: boolean },
): readonly CommandFact[] {
  switch (state.status) {
    case 'requested':
      return [finished('EXPIRED', at, { code: 'Expired', message: 'The charger did not come online in time.' })];
    case 'sent':
      if (!gracePassed) return [];
      return [
        finished('TIMED_OUT', at, { code: 'TimedOut', message: 'The charger got the command and did not answer.' }),
      ];
    case 'dispatched':
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
