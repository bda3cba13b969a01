import { sessionKey, type ChargerEventOf, type MeterSample } from '@chargestream/contracts';
import { timeMs } from '../session/readings';
import type { AnomalyNote, MeterReport, TransactionReport } from '../session';
import { isOpen, spans, type BookEntry, type TransactionBook } from './book';

/** Which session a message belongs to. */
export interface Resolution {
  sessionId: string;
  notes: readonly AnomalyNote[];
  /** Open sessions on the same connector that this start shows to be over. */
  displaced: readonly string[];
}

/** What the book does not tell of a session: its newest register reading, Wh. Null when there is none. */
export type ReadingOf = (sessionId: string) => number | null;

/** The sessions that a stop without a transactionId may be of; only where there are several need their readings be known. */
export function sessionsOfStop(book: TransactionBook, event: TransactionReport): readonly string[] {
  if (event.data.kind !== 'Ended' || !isUnassigned(event)) return [];
  return book.open.filter((entry) => isHere(entry, event) && sameToken(entry, event)).map(({ sessionId }) => sessionId);
}

/**
 * Finds the session of a transaction message. Pure and repeatable: the same event finds the same session again after
 * its own facts are in the book, so a redelivery that was interrupted half-way completes what it had begun.
 */
export function resolveTransaction(
  book: TransactionBook,
  event: TransactionReport,
  readingOf: ReadingOf = () => null,
): Resolution {
  if (event.data.kind === 'Started') return resolveStart(book, event);
  const { transactionId } = event.data;
  const mine = book.closed.find((entry) => event.data.kind === 'Ended' && entry.closedBy === event.id);
  if (mine !== undefined) return found(mine.sessionId);
  if (!isUnassigned(event)) {
    const entry = byTransactionId(book, transactionId, event.occurredAt);
    return found(entry?.sessionId ?? event.data.sessionKey ?? unseenSession(event, transactionId));
  }
  const notes = [unassignedNote(transactionId)];
  const opened = [...book.open, ...book.closed].find((entry) => entry.openedBy.includes(event.id));
  const entry = opened ?? byConnectorAndToken(book, event, readingOf);
  return { sessionId: entry?.sessionId ?? unseenSession(event, transactionId), notes, displaced: [] };
}

/** The session a transactionId meant at a time, or null when the book does not know it. */
export function resolveTransactionId(book: TransactionBook, transactionId: string, at: string): string | null {
  return byTransactionId(book, transactionId, at)?.sessionId ?? null;
}

/** The session of MeterValues, or null when they belong to no transaction. */
export function resolveMeterValues(book: TransactionBook, event: MeterReport): Resolution | null {
  const { transactionId } = event.data;
  // 2.0.1 J01, J02: during a transaction 2.x sends its samples in TransactionEvent; MeterValues tells of the rest.
  if (event.ocppVersion !== '1.6') return null;
  if (transactionId !== null && !isUnassigned(event)) {
    const entry = byTransactionId(book, transactionId, event.occurredAt);
    return found(entry?.sessionId ?? unseenSession(event, transactionId));
  }
  // 1.6 §4.7: the id may be left out when no transaction is in progress or for the main meter (connector 0). Samples of
  // a connector with exactly one open transaction are of it, whatever a charger left out.
  if (event.data.evseId === 0 || !event.data.samples.some(isOfTransaction)) return null;
  const here = (entry: BookEntry) => entry.evseId === event.data.evseId;
  const open = book.open.filter((entry) => here(entry) && spans(entry, event.occurredAt));
  const candidates =
    open.length > 0 ? open : book.closed.filter((entry) => here(entry) && spans(entry, event.occurredAt));
  const entry = candidates.length === 1 ? candidates[0] : undefined;
  if (entry === undefined) return null;
  return {
    sessionId: entry.sessionId,
    notes: transactionId === null ? [] : [unassignedNote(transactionId)],
    displaced: [],
  };
}

function resolveStart(book: TransactionBook, event: TransactionReport): Resolution {
  const { transactionId } = event.data;
  const key = event.data.sessionKey ?? unseenSession(event, transactionId);
  const entries = [...book.open, ...book.closed];
  const mine = entries.find((entry) => entry.openedBy.includes(event.id));
  if (mine !== undefined) return { ...found(mine.sessionId), displaced: displacedBy(book, event, mine.sessionId) };

  const same = entries.find((entry) => entry.sessionId === key);
  if (same !== undefined) {
    // 2.x identity is the transactionId alone: the same one after its session ended is another transaction.
    const isReuse =
      event.ocppVersion !== '1.6' &&
      !isOpen(same) &&
      same.startKnown &&
      timeMs(event.occurredAt) >= timeMs(same.closedAt ?? '');
    if (!isReuse) return found(same.sessionId);
    const sessionId = sessionKey('reused', key, event.id);
    return { sessionId, notes: [reusedNote(transactionId)], displaced: displacedBy(book, event, sessionId) };
  }
  // Stop or samples came before their start: the session they opened is this one.
  const orphan = entries.find((entry) => !entry.startKnown && isOrphanOf(entry, event));
  if (orphan !== undefined) return found(orphan.sessionId);
  const collides = entries.some((entry) => isOpen(entry) && entry.transactionId === transactionId);
  return {
    sessionId: key,
    notes: collides ? [reusedNote(transactionId)] : [],
    displaced: displacedBy(book, event, key),
  };
}

function isOrphanOf(entry: BookEntry, event: TransactionReport): boolean {
  if (entry.transactionId === event.data.transactionId) return true;
  // A stop with transactionId −1 that came first can only be told by its token and its time.
  return (
    event.ocppVersion === '1.6' &&
    isUnassignedId(entry.transactionId) &&
    entry.closedAt !== null &&
    entry.token !== null &&
    sameToken(entry, event) &&
    timeMs(event.occurredAt) <= timeMs(entry.closedAt)
  );
}

/** Open entries on the connector (1.6) or EVSE (2.x) that began before this start; or that it closed when it first came. */
function displacedBy(book: TransactionBook, event: TransactionReport, sessionId: string): string[] {
  const { evseId } = event.data;
  const before = book.open.filter(
    (entry) =>
      entry.sessionId !== sessionId &&
      evseId !== null &&
      evseId > 0 &&
      entry.evseId === evseId &&
      timeMs(entry.openedAt) <= timeMs(event.occurredAt),
  );
  const earlier = book.closed.filter((entry) => entry.closedBy === event.id && entry.sessionId !== sessionId);
  return [...before, ...earlier].map((entry) => entry.sessionId);
}

/** Ids are reused, by 2.x chargers that lost their counter: the newest entry that had begun by then. */
function byTransactionId(book: TransactionBook, transactionId: string, at: string): BookEntry | undefined {
  const open = book.open.filter((entry) => entry.transactionId === transactionId);
  if (open.length === 1 && !book.closed.some((entry) => entry.transactionId === transactionId)) return open[0];
  const same = [...open, ...book.closed.filter((entry) => entry.transactionId === transactionId)];
  return same.find((entry) => timeMs(entry.openedAt) <= timeMs(at)) ?? same[0];
}

/** A 1.6 stop with transactionId −1 or 0 has at most a token and a meter to go by. */
function byConnectorAndToken(
  book: TransactionBook,
  event: TransactionReport,
  readingOf: ReadingOf,
): BookEntry | undefined {
  const { token } = event.data;
  const here = book.open.filter((entry) => isHere(entry, event));
  const withToken = token === null ? here : here.filter((entry) => sameToken(entry, event));
  if (withToken.length > 0) {
    // Without a token any of several would be a guess.
    return withToken.length === 1 || token !== null ? nearestBelow(withToken, event, readingOf) : undefined;
  }
  // Another card of the same group may stop a session.
  return here.length === 1 ? here[0] : undefined;
}

/**
 * One token may run sessions on several connectors, each with a meter of its own: the stop is of the one whose reading comes
 * nearest to meterStop from below. The newest, where meters do not tell.
 */
function nearestBelow(entries: BookEntry[], { data }: TransactionReport, readingOf: ReadingOf): BookEntry | undefined {
  const { meterWh } = data;
  if (meterWh === null || entries.length === 1) return entries[0];
  const below = entries
    .map((entry) => ({ entry, leftWh: meterWh - (readingOf(entry.sessionId) ?? Infinity) }))
    .filter(({ leftWh }) => leftWh >= 0);
  return below.sort((a, b) => a.leftWh - b.leftWh)[0]?.entry ?? entries[0];
}

function isHere(entry: BookEntry, { data: { evseId } }: TransactionReport): boolean {
  return evseId === null || entry.evseId === evseId;
}

function sameToken(entry: BookEntry, event: TransactionReport): boolean {
  return entry.token?.idToken.toLowerCase() === event.data.token?.idToken.toLowerCase();
}

/** 1.6 chargers that never learnt their transactionId send −1 or 0. In 2.x any string is a proper id. */
function isUnassigned(event: ChargerEventOf<'TransactionReported'> | ChargerEventOf<'MeterValuesReported'>): boolean {
  return event.ocppVersion === '1.6' && isUnassignedId(event.data.transactionId ?? '');
}

function isUnassignedId(transactionId: string): boolean {
  return transactionId === '-1' || transactionId === '0' || transactionId === '';
}

function isOfTransaction({ context }: MeterSample): boolean {
  // Absent means Sample.Periodic (1.6 §7.28). Trigger, Other and Interruption may come at any time.
  return context === null || context.startsWith('Sample.') || context.startsWith('Transaction.');
}

function unseenSession(event: TransactionReport | MeterReport, transactionId: string): string {
  return sessionKey('unseen', event.tenantId, event.chargerId, transactionId, event.id);
}

function found(sessionId: string): Resolution {
  return { sessionId, notes: [], displaced: [] };
}

function unassignedNote(transactionId: string): AnomalyNote {
  return { anomaly: 'TransactionIdNotAssigned', detail: `the charger sent transactionId ${transactionId}` };
}

function reusedNote(transactionId: string): AnomalyNote {
  return { anomaly: 'TransactionIdReused', detail: `transactionId ${transactionId} was used before` };
}
