import type { ChargerFact, PresentedToken } from '@chargestream/contracts';
import type { FactContext } from '../decider';
import { timeMs } from '../session/readings';

/** One transaction in a charger's book. */
export interface BookEntry {
  readonly sessionId: string;
  /** As on the wire. */
  readonly transactionId: string;
  /** On 1.6 the connector. */
  readonly evseId: number | null;
  readonly connectorId: number | null;
  readonly token: PresentedToken | null;
  readonly startKnown: boolean;
  /** Ids of the events that opened and closed it, so that their repeats find it again. */
  readonly openedBy: readonly string[];
  readonly closedBy: string | null;
  /** By the charger's clock. */
  readonly openedAt: string;
  readonly closedAt: string | null;
}

/** Newest first. Bounded: the oldest closed entries go, and an open one nobody closes among 200 counts as closed. */
export interface TransactionBook {
  readonly open: readonly BookEntry[];
  readonly closed: readonly BookEntry[];
}

export const EMPTY_BOOK: TransactionBook = { open: [], closed: [] };
const MAX_ENTRIES = 200;

type Opened = Extract<ChargerFact, { type: 'TransactionOpened' }>['data'];

export function withOpened(book: TransactionBook, data: Opened, context: FactContext): TransactionBook {
  const known = entryOf(book, data.sessionId);
  if (known !== undefined) {
    const entry: BookEntry = {
      ...known,
      evseId: data.evseId ?? known.evseId,
      connectorId: data.connectorId ?? known.connectorId,
      token: data.token ?? known.token,
      startKnown: known.startKnown || data.startKnown,
      openedBy: known.openedBy.includes(context.causationId)
        ? known.openedBy
        : [...known.openedBy, context.causationId],
      openedAt: data.startKnown && !known.startKnown ? context.occurredAt : known.openedAt,
    };
    const replaced = (entries: readonly BookEntry[]) => entries.map((other) => (other === known ? entry : other));
    return { open: replaced(book.open), closed: replaced(book.closed) };
  }
  const entry: BookEntry = {
    sessionId: data.sessionId,
    transactionId: data.transactionId,
    evseId: data.evseId,
    connectorId: data.connectorId,
    token: data.token,
    startKnown: data.startKnown,
    openedBy: [context.causationId],
    closedBy: null,
    openedAt: context.occurredAt,
    closedAt: null,
  };
  const open = [entry, ...book.open];
  if (open.length <= MAX_ENTRIES) return { ...book, open };
  return {
    open: open.slice(0, MAX_ENTRIES),
    closed: [...open.slice(MAX_ENTRIES), ...book.closed].slice(0, MAX_ENTRIES),
  };
}

export function withClosed(book: TransactionBook, sessionId: string, context: FactContext): TransactionBook {
  const entry = book.open.find((other) => other.sessionId === sessionId);
  if (entry === undefined) return book;
  const closed: BookEntry = { ...entry, closedBy: context.causationId, closedAt: context.occurredAt };
  return {
    open: book.open.filter((other) => other !== entry),
    closed: [closed, ...book.closed].slice(0, MAX_ENTRIES),
  };
}

export function entryOf(book: TransactionBook, sessionId: string): BookEntry | undefined {
  const same = (entry: BookEntry) => entry.sessionId === sessionId;
  return book.open.find(same) ?? book.closed.find(same);
}

export function isOpen(entry: BookEntry): boolean {
  return entry.closedBy === null;
}

/** Whether a moment by the charger's clock lies between an entry's opening and closing. */
export function spans(entry: BookEntry, at: string): boolean {
  const ms = timeMs(at);
  return ms >= timeMs(entry.openedAt) && (entry.closedAt === null || ms <= timeMs(entry.closedAt));
}
