import type { ChargerEvent, ChargerFact, Intent } from '@chargestream/contracts';
import { assertNever, reject, type Decider, type Decision, type FactContext, type Rejection } from '../decider';
import { hasSeen, NO_IDS, remember } from '../recent-ids';
import { EMPTY_BOOK, entryOf, isOpen, withClosed, withOpened } from './book';
import { resolveMeterValues, resolveTransaction, type ReadingOf } from './resolve';
import {
  NO_SECURITY,
  passwordFacts,
  securityFacts,
  withConfiguration,
  withUpdate,
  type PasswordTaken,
} from './security';
import type { ChargerState, Registration } from './state';
import { factOfTold, isTold } from './told';

export type ChargerIntent = Extract<
  Intent,
  { type: 'RegisterCharger' | 'UpdateCharger' | 'SetChargerCredentials' | 'RetireCharger' | 'RecordUpload' }
>;

export type ChargerCommand =
  /** `readingOf`: the same that its session was found with. */
  | { kind: 'event'; event: ChargerEvent; readingOf?: ReadingOf }
  | { kind: 'intent'; intent: ChargerIntent }
  | PasswordTaken;

type Occurred = Extract<ChargerCommand, { kind: 'event' }>;

export const chargerDecider: Decider<ChargerState, ChargerCommand, ChargerFact> = {
  stateVersion: 2,
  initialState: { status: 'unknown', connection: null, book: EMPTY_BOOK, security: NO_SECURITY, recent: NO_IDS },
  decide(state, command) {
    if (command.kind === 'passwordTaken') return passwordFacts(state, command);
    const cause = command.kind === 'event' ? command.event : command.intent;
    if (hasSeen(state.recent, cause.id)) return command.kind === 'event' ? again(state, command) : [];
    return command.kind === 'event' ? decideEvent(state, command) : decideIntent(state, command.intent);
  },
  evolve,
};

/** A repeated record adds nothing, unless its transaction facts are missing (they never are in one append batch). */
function again(state: ChargerState, { event, readingOf }: Occurred): readonly ChargerFact[] {
  return event.type === 'TransactionReported' ? bookFacts(state, event, readingOf) : [];
}

function decideEvent(state: ChargerState, { event, readingOf }: Occurred): readonly ChargerFact[] {
  const facts = factsOf(state, event, readingOf);
  // Where an operator must register chargers, connect lets no other in: whoever reports has been let in.
  return state.status === 'unknown' ? [firstContact, ...facts] : facts;
}

const firstContact: ChargerFact = {
  type: 'ChargerRegistered',
  data: { displayName: null, registration: 'ACCEPTED', credentials: null, automatic: true },
};

function factsOf(state: ChargerState, event: ChargerEvent, readingOf?: ReadingOf): readonly ChargerFact[] {
  if (isTold(event)) return [factOfTold(event)];
  switch (event.type) {
    case 'ConnectionOpened': {
      const { connectionEpoch: epoch, ocppVersion } = event;
      // An older connection whose record comes late never replaces a newer one.
      if (epoch === null || ocppVersion === null || epoch <= (state.connection?.epoch ?? -1)) return [];
      const { passwordRenewed: _, ...connection } = event.data;
      const connected: ChargerFact = { type: 'ChargerConnected', data: { ...connection, ocppVersion, epoch } };
      return [connected, ...securityFacts(state, event.data)];
    }
    case 'ConnectionClosed': {
      const { connectionEpoch: epoch } = event;
      const isCurrent = epoch !== null && state.connection?.open === true && state.connection.epoch === epoch;
      return isCurrent ? [{ type: 'ChargerDisconnected', data: { ...event.data, epoch } }] : [];
    }
    case 'ConnectionTakenOver':
      return [{ type: 'ChargerConnectionFlapping', data: event.data }];
    case 'ChargerSeen':
      return [{ type: 'ChargerSeen', data: {} }];
    case 'TransactionReported':
    case 'MeterValuesReported':
      return bookFacts(state, event, readingOf);
    case 'ConnectorStatusReported':
    case 'CommandSent':
    case 'CommandFinished':
    case 'CommandNotOwned':
      // Facts of the connector and the command.
      return [];
    default:
      return assertNever(event, 'charger event');
  }
}

function bookFacts(
  state: ChargerState,
  event: Extract<ChargerEvent, { type: 'TransactionReported' | 'MeterValuesReported' }>,
  readingOf: ReadingOf | undefined,
): readonly ChargerFact[] {
  if (event.type === 'MeterValuesReported') {
    const resolution = resolveMeterValues(state.book, event);
    if (resolution === null) {
      const { evseId, connectorId, samples } = event.data;
      return [{ type: 'MeterValuesRecorded', data: { evseId, connectorId, samples } }];
    }
    const { evseId, connectorId, transactionId } = event.data;
    if (entryOf(state.book, resolution.sessionId) !== undefined) return [];
    const data = { sessionId: resolution.sessionId, transactionId: transactionId ?? '', evseId, connectorId };
    return [{ type: 'TransactionOpened', data: { ...data, token: null, startKnown: false } }];
  }
  const { sessionId, displaced } = resolveTransaction(state.book, event, readingOf);
  const { kind, transactionId, evseId, connectorId, token } = event.data;
  const entry = entryOf(state.book, sessionId);
  const facts: ChargerFact[] = [];
  for (const other of displaced) {
    const open = state.book.open.find((candidate) => candidate.sessionId === other);
    if (open === undefined) continue;
    facts.push({ type: 'TransactionClosed', data: { sessionId: other, transactionId: open.transactionId } });
  }
  const tellsMore =
    entry === undefined ||
    (kind === 'Started' && !entry.startKnown) ||
    (entry.evseId === null && evseId !== null) ||
    (entry.token === null && token !== null && kind !== 'Ended');
  if (tellsMore) {
    const startKnown = kind === 'Started' || entry?.startKnown === true;
    facts.push({
      type: 'TransactionOpened',
      data: { sessionId, transactionId: entry?.transactionId ?? transactionId, evseId, connectorId, token, startKnown },
    });
  }
  if (kind === 'Ended' && (entry === undefined || isOpen(entry))) {
    facts.push({
      type: 'TransactionClosed',
      data: { sessionId, transactionId: entry?.transactionId ?? transactionId },
    });
  }
  return facts;
}

function decideIntent(state: ChargerState, intent: ChargerIntent): Decision<ChargerFact> {
  if (intent.type === 'RegisterCharger') return register(state, intent);
  if (state.status === 'unknown') return notFound(intent.chargerId);
  // What was uploaded is kept: it is so whatever the charger has become since.
  if (intent.type === 'RecordUpload') return [{ type: 'FileUploaded', data: intent.data }];
  if (state.status === 'retired') {
    if (intent.type === 'RetireCharger') return [];
    return reject('CONFLICT', `Charger ${intent.chargerId} is retired: register it again first.`);
  }
  switch (intent.type) {
    case 'UpdateCharger': {
      const { displayName, registration, securityProfile } = intent.data;
      const data = {
        ...(displayName !== undefined && displayName !== state.displayName ? { displayName } : {}),
        ...(registration !== undefined && registration !== state.registration ? { registration } : {}),
        ...(securityProfile !== undefined && securityProfile !== state.security.lowest ? { securityProfile } : {}),
      };
      return Object.keys(data).length === 0 ? [] : [{ type: 'ChargerUpdated', data }];
    }
    case 'SetChargerCredentials':
      if (sameCredentials(state.credentials, intent.data.credentials)) return [];
      return [{ type: 'ChargerCredentialsSet', data: { credentials: intent.data.credentials } }];
    case 'RetireCharger':
      return [{ type: 'ChargerRetired', data: {} }];
    default:
      return assertNever(intent, 'charger intent');
  }
}

/** An operator may take over a charger that registered itself, and bring a retired one back. */
function register(
  state: ChargerState,
  intent: Extract<ChargerIntent, { type: 'RegisterCharger' }>,
): Decision<ChargerFact> {
  const { data } = intent;
  if (state.status === 'registered' && !state.automatic) {
    const isSame =
      state.displayName === data.displayName &&
      state.registration === data.registration &&
      sameCredentials(state.credentials, data.credentials);
    return isSame ? [] : reject('CONFLICT', `Charger ${intent.chargerId} is registered already: update it instead.`);
  }
  return [{ type: 'ChargerRegistered', data: { ...data, automatic: false } }];
}

function sameCredentials(a: Registration['credentials'], b: Registration['credentials']): boolean {
  return a?.username === b?.username && a?.passwordHash === b?.passwordHash;
}

function notFound(chargerId: string): Rejection {
  return reject('NOT_FOUND', `There is no charger ${chargerId}: register it first, or let it connect.`);
}

function updated(
  { displayName, registration }: Registration,
  change: Extract<ChargerFact, { type: 'ChargerUpdated' }>['data'],
): Pick<Registration, 'displayName' | 'registration'> {
  return {
    displayName: change.displayName === undefined ? displayName : change.displayName,
    registration: change.registration ?? registration,
  };
}

function evolve(before: ChargerState, fact: ChargerFact, context: FactContext): ChargerState {
  const state = { ...before, recent: remember(before.recent, context.causationId) };
  switch (fact.type) {
    case 'ChargerRegistered': {
      const { displayName, registration, credentials, automatic } = fact.data;
      return { ...state, status: 'registered', displayName, registration, credentials, automatic };
    }
    case 'ChargerUpdated':
      if (state.status === 'unknown') return state;
      return { ...state, ...updated(state, fact.data), security: withUpdate(state.security, fact.data) };
    case 'ChargerCredentialsSet':
      return state.status === 'unknown' ? state : { ...state, credentials: fact.data.credentials };
    case 'ChargerRetired':
      return state.status === 'unknown' ? state : { ...state, status: 'retired' };
    case 'ChargerConnected':
      return { ...state, connection: { instanceId: fact.data.instanceId, epoch: fact.data.epoch, open: true } };
    case 'ChargerDisconnected':
      return { ...state, connection: { instanceId: fact.data.instanceId, epoch: fact.data.epoch, open: false } };
    case 'TransactionOpened':
      return { ...state, book: withOpened(state.book, fact.data, context) };
    case 'TransactionClosed':
      return { ...state, book: withClosed(state.book, fact.data.sessionId, context) };
    case 'ConfigurationReported':
      return { ...state, security: withConfiguration(state.security, fact.data) };
    case 'SecurityProfileRaised':
      return { ...state, security: { ...state.security, lowest: fact.data.securityProfile } };
    case 'ChargerBooted':
    case 'ChargerSeen':
    case 'ChargerConnectionFlapping':
    case 'IdTokenPresented':
    case 'VariablesReported':
    case 'DataTransferReceived':
    case 'UnreadableTransactionReported':
    case 'FirmwareStatusReported':
    case 'LogStatusReported':
    case 'SecurityEventReported':
    case 'CertificateSigningRequested':
    case 'CertificatesReported':
    case 'LocalListVersionReported':
    case 'FileUploaded':
    case 'MeterValuesRecorded':
      return state;
    default:
      return assertNever(fact, 'charger fact');
  }
}
