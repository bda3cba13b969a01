import type { RegistrationStatus } from '@chargestream/contracts';

/** How many ended sessions and open transactions one connection remembers; a charger has a handful. */
const REMEMBERED = 256;

/** A frame as the message log has it. Which session it is about is known once it is handled, in the same moment. */
export interface SessionFrame {
  readonly messageId: string | null;
  sessionId?: string | null;
}

/** What a connection remembers from message to message. It goes with the connection: nothing durable depends on it. */
export class ConnectionMemory {
  /** When ChargerSeen was last published, milliseconds since the epoch. */
  lastSeenMs = Number.NEGATIVE_INFINITY;
  /** What the last BootNotification on this connection was answered; null when there was none. */
  told: RegistrationStatus | null = null;
  /** Actions the charger was asked for by TriggerMessage; allowed before it is accepted (2.0.1 B02.FR.09). */
  readonly triggered = new Set<string>();
  private readonly openTransactions = new Map<number, string>();
  private readonly endedSessions = new Set<string>();
  private readonly statuses = new Map<number, { hash: string; id: string }>();
  /** The charger's CALL that is being handled: they are handled one after the other. */
  private call: SessionFrame | null = null;

  callArrived(frame: SessionFrame): void {
    this.call = frame;
  }

  /** The CALL that is being handled is about this session. */
  callIsAbout(sessionId: string): void {
    if (this.call !== null) this.call.sessionId = sessionId;
  }

  /** What the charger's last CALL was about, for the answer to it. */
  sessionOfCall(messageId: string | null): string | null {
    return this.call !== null && this.call.messageId === messageId ? (this.call.sessionId ?? null) : null;
  }

  transactionStarted(transactionId: number, sessionKey: string): void {
    this.openTransactions.set(transactionId, sessionKey);
    forgetOldest(this.openTransactions);
  }

  /** @returns the session's key when it was started on this connection. */
  transactionEnded(transactionId: number): string | null {
    const key = this.openTransactions.get(transactionId);
    if (key === undefined) return null;
    this.endedSessions.add(key);
    forgetOldest(this.endedSessions);
    return key;
  }

  hasEnded(sessionKey: string): boolean {
    return this.endedSessions.has(sessionKey);
  }

  sessionOf(transactionId: number): string | null {
    return this.openTransactions.get(transactionId) ?? null;
  }

  lastStatusOf(connector: number): { hash: string; id: string } | null {
    return this.statuses.get(connector) ?? null;
  }

  statusReported(connector: number, status: { hash: string; id: string }): void {
    this.statuses.delete(connector);
    this.statuses.set(connector, status);
    forgetOldest(this.statuses);
  }
}

function forgetOldest(collection: Map<number, unknown> | Set<string>): void {
  if (collection.size > REMEMBERED) collection.delete(collection.keys().next().value as never);
}
