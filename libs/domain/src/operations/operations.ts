import type {
  CommandOutcome,
  OperationFact,
  OperationKind,
  OperationOutcome,
  OperationStarted,
} from '@chargestream/contracts';
import { assertNever, type Decider } from '../decider';
import { hasSeen, NO_IDS, remember, type RecentIds } from '../recent-ids';
import { endedBy, NOTHING_UNDER_WAY } from './statuses';

/** A long operation that has not ended. */
export interface OpenOperation {
  readonly operationId: string;
  readonly kind: OperationKind;
  /** What of its kind: `DIAGNOSTICS` or `LOG` of an upload, the type of a certificate; null when there are no several. */
  readonly variant: string | null;
  readonly requestId: number | null;
  /** Of what began it, or of the CertificateSigned that is to end it. */
  readonly commandIds: readonly string[];
  /** The charger took it on: it answered, or it speaks of it. */
  readonly takenOn: boolean;
  readonly stalled: boolean;
  /** Our clock, ISO 8601 UTC: of the last that was heard of it. */
  readonly heardAt: string;
}

/** The long operations of one charger. */
export interface OperationsState {
  /** Oldest first. */
  readonly open: readonly OpenOperation[];
  /** The last word of those that ended last, one a kind and variant: a charger may repeat it. */
  readonly lastWords: readonly LastWord[];
  /** Commands and events that are dealt with. */
  readonly recent: RecentIds;
}

interface LastWord extends About {
  readonly status: string;
}

/** Which operation something is about, as far as it tells. */
interface About {
  readonly kind: OperationKind;
  readonly variant: string | null;
  readonly requestId: number | null;
}

export type OperationsCommand =
  /** A command that begins one is on the wire, or the charger wants a certificate (`refusal`: what it was told instead). */
  | { kind: 'begin'; id: string; started: OperationStarted; refusal: string | null }
  /** A command has come to its end; `status` is the charger's word, null when it gave none. */
  | { kind: 'answered'; commandId: string; outcome: CommandOutcome; status: string | null; delivers: boolean }
  /** The charger tells how far it is. `operationId` is for one that nobody asked for. */
  | { kind: 'told'; id: string; about: About; status: string; operationId: string }
  /** `heardAt` as in the state when the timer was set; `at` by our clock, ISO 8601 UTC. */
  | { kind: 'stall'; operationId: string; heardAt: string; at: string };

/** A charger that never comes to an end must not make the state grow without end. */
const MAX_OPEN = 24;

export const operationsDecider: Decider<OperationsState, OperationsCommand, OperationFact> = {
  initialState: { open: [], lastWords: [], recent: NO_IDS },

  decide(state, command) {
    switch (command.kind) {
      case 'begin':
        return hasSeen(state.recent, command.id) ? [] : decideBegin(state, command);
      case 'answered':
        return decideAnswer(state, command);
      case 'told':
        return hasSeen(state.recent, command.id) ? [] : decideTold(state, command);
      case 'stall': {
        const operation = find(state, command.operationId);
        if (operation === undefined || operation.stalled || operation.heardAt !== command.heardAt) return [];
        const silentForS = Math.round((Date.parse(command.at) - Date.parse(command.heardAt)) / 1000);
        return [{ type: 'OperationStalled', data: { operationId: operation.operationId, silentForS } }];
      }
      default:
        return assertNever(command, 'operations command');
    }
  },

  evolve(state, fact, { causationId, receivedAt }) {
    const seen = { ...state, recent: remember(state.recent, causationId) };
    switch (fact.type) {
      case 'OperationStarted': {
        const { operationId, kind, requestId, commandId } = fact.data;
        const operation: OpenOperation = {
          ...{ operationId, kind, requestId, variant: variantOf(fact.data) },
          commandIds: commandId === null ? [] : [commandId],
          ...{ takenOn: commandId === null, stalled: false, heardAt: receivedAt },
        };
        const recent = commandId === null ? seen.recent : remember(seen.recent, commandId);
        return { ...seen, recent, open: [...state.open, operation] };
      }
      case 'OperationProgressed':
        return changed(seen, fact.data.operationId, { takenOn: true, stalled: false, heardAt: receivedAt });
      case 'OperationStalled':
        return changed(seen, fact.data.operationId, { stalled: true });
      case 'CertificateIssued': {
        const { operationId, commandId } = fact.data;
        return changed(seen, operationId, { commandIds: [commandId], stalled: false, heardAt: receivedAt });
      }
      case 'OperationEnded': {
        const { operationId, status } = fact.data;
        const operation = find(state, operationId);
        if (operation === undefined) return seen;
        const { kind, variant, requestId } = operation;
        const others = state.lastWords.filter((word) => word.kind !== kind || word.variant !== variant);
        return {
          ...seen,
          open: state.open.filter((other) => other !== operation),
          lastWords: [...others, { kind, variant, requestId, status }].slice(-MAX_OPEN),
        };
      }
      default:
        return assertNever(fact, 'operation fact');
    }
  },
};

/** What of its kind an operation is, as its beginning tells. */
export function variantOf({ kind, detail }: Pick<OperationStarted, 'kind' | 'detail'>): string | null {
  const variant = kind === 'CERTIFICATE_RENEWAL' ? detail.certificateType : detail.source;
  return typeof variant === 'string' ? variant : null;
}

function decideBegin(
  state: OperationsState,
  { started, refusal }: Extract<OperationsCommand, { kind: 'begin' }>,
): readonly OperationFact[] {
  const begun: OperationFact = { type: 'OperationStarted', data: started };
  if (refusal !== null) return [begun, ended(started.operationId, 'REFUSED', refusal)];
  // What the charger asks for itself takes the place of what it asked for before; a command has to be answered first.
  const about = { kind: started.kind, variant: variantOf(started) };
  const replaced = started.commandId === null ? state.open.filter((other) => isLike(other, about)) : [];
  const tooMany = state.open.filter((other) => !replaced.includes(other)).slice(0, -(MAX_OPEN - 1));
  return [...[...replaced, ...tooMany].map(replacedBy(started.operationId)), begun];
}

function decideAnswer(
  state: OperationsState,
  { commandId, outcome, status, delivers }: Extract<OperationsCommand, { kind: 'answered' }>,
): readonly OperationFact[] {
  const operation =
    state.open.find(({ commandIds }) => commandIds.includes(commandId)) ??
    (delivers ? state.open.findLast(({ kind }) => kind === 'CERTIFICATE_RENEWAL') : undefined);
  if (operation === undefined) return [];
  const { operationId, kind } = operation;
  const isRenewal = kind === 'CERTIFICATE_RENEWAL';
  switch (outcome) {
    case 'ACCEPTED': {
      if (isRenewal) return [ended(operationId, 'SUCCEEDED', status ?? outcome)];
      if (operation.takenOn) return [];
      const older = state.open.slice(0, state.open.indexOf(operation)).filter((other) => isLike(other, operation));
      return [
        ...older.map(replacedBy(operationId)),
        { type: 'OperationProgressed', data: { operationId, status: status ?? 'Accepted' } },
      ];
    }
    case 'REJECTED':
    case 'FAILED':
    case 'OFFLINE':
    case 'EXPIRED':
      return [ended(operationId, isRenewal ? 'FAILED' : 'REFUSED', status ?? outcome)];
    case 'TIMED_OUT':
    case 'UNKNOWN':
      // The charger may be at it: it is followed until it ends, or stalls.
      return [];
    default:
      return assertNever(outcome, 'outcome');
  }
}

function decideTold(
  state: OperationsState,
  { about, status, operationId: newId }: Extract<OperationsCommand, { kind: 'told' }>,
): readonly OperationFact[] {
  if (status === NOTHING_UNDER_WAY) return [];
  const operation = belongsTo(state, about);
  const outcome = endedBy(about.kind, status);
  if (operation === undefined && outcome !== null && isLastWord(state, about, status)) return [];
  const operationId = operation?.operationId ?? newId;
  const { kind, requestId, variant } = about;
  const detail = variant === null ? {} : { source: variant };
  const started: OperationStarted = { operationId, kind, commandId: null, requestId, detail };
  return [
    ...(operation === undefined ? decideBegin(state, { kind: 'begin', id: newId, started, refusal: null }) : []),
    { type: 'OperationProgressed', data: { operationId, status } },
    ...(outcome === null ? [] : [ended(operationId, outcome, status)]),
  ];
}

/** Without a requestId it is the newest that the charger has taken on, else the newest. */
function belongsTo({ open }: OperationsState, about: About): OpenOperation | undefined {
  const like = open.filter((operation) => isLike(operation, about));
  if (about.requestId !== null) return like.findLast(({ requestId }) => requestId === about.requestId);
  return like.findLast(({ takenOn }) => takenOn) ?? like.at(-1);
}

function isLastWord({ lastWords }: OperationsState, about: About, status: string): boolean {
  return lastWords.some(
    (word) => isLike(word, about) && word.status === status && word.requestId === (about.requestId ?? word.requestId),
  );
}

function isLike(a: Pick<About, 'kind' | 'variant'>, b: Pick<About, 'kind' | 'variant'>): boolean {
  return a.kind === b.kind && a.variant === b.variant;
}

function find({ open }: OperationsState, operationId: string): OpenOperation | undefined {
  return open.find((operation) => operation.operationId === operationId);
}

function changed(state: OperationsState, operationId: string, change: Partial<OpenOperation>): OperationsState {
  const open = state.open.map((one) => (one.operationId === operationId ? { ...one, ...change } : one));
  return { ...state, open };
}

function ended(operationId: string, outcome: OperationOutcome, status: string): OperationFact {
  return { type: 'OperationEnded', data: { operationId, outcome, status } };
}

function replacedBy(successor: string) {
  return ({ operationId }: OpenOperation): OperationFact => ended(operationId, 'REPLACED', `by ${successor}`);
}
