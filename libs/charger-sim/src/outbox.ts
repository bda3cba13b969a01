import { randomUUID } from 'node:crypto';
import type { Clock } from './clock';
import type { Dialect, SessionFacts, SessionMoment } from './dialects';
import type { MessageJournal, JournalEntry } from './journal';
import type { Payload } from './message';
import type { Random } from './random';
import type { Traffic } from './traffic';
import { TransactionQueue, type TransactionMessage } from './transaction-queue';
import { classifyFailure } from './uplink';

export interface OutboxOptions {
  chargerId: string;
  clock: Clock;
  random: Random;
  traffic: Traffic;
  journal: MessageJournal;
  dialect: Dialect;
  attempts(): number;
  retryIntervalMs(): number;
  call(action: string, payload: Payload, messageId: string): Promise<Payload>;
  /** The server's word about the token of a session, in the answer to one of its messages. */
  onTokenStatus(facts: SessionFacts, status: string, response: Payload): void;
}

/** A charger's session messages: journalled when they arise, queued, journalled again when the server took them. */
export class Outbox {
  readonly queue: TransactionQueue;
  private readonly lastMessageIds = new WeakMap<TransactionMessage, string>();

  constructor(private readonly options: OutboxOptions) {
    this.queue = new TransactionQueue({
      clock: options.clock,
      attempts: options.attempts,
      retryIntervalMs: options.retryIntervalMs,
      classify: classifyFailure,
      deliver: (message, attempt) => this.deliver(message, attempt),
    });
  }

  add(facts: SessionFacts, moment: SessionMoment): void {
    const { dialect, journal, traffic, onTokenStatus } = this.options;
    const message = dialect.session(facts, moment);
    if (!message) return;
    const entry = this.entryOf(facts, moment, message);
    journal.record({ ...entry, kind: 'queued' });
    this.queue.push({
      action: message.action,
      sessionRef: facts.sessionRef,
      payload: () => message.payload(),
      acknowledged: (response) => {
        if (moment.phase === 'start') facts.transactionId = dialect.transactionIdOf(response) ?? null;
        const transactionId = facts.transactionId ?? entry.transactionId;
        journal.record({ ...entry, kind: 'acknowledged', ...(transactionId !== undefined && { transactionId }) });
        const status = dialect.tokenStatus(response);
        if (status !== undefined) onTokenStatus(facts, status, response);
      },
      refused: (error) => {
        journal.record({ ...entry, kind: 'refused' });
        traffic.givenUp(message.action, error instanceof Error ? error.message : String(error));
      },
    });
  }

  /** Whether the server still waits for messages, of one session or at all. */
  owes(sessionRef?: string): boolean {
    return this.queue.pending.some((message) => sessionRef === undefined || message.sessionRef === sessionRef);
  }

  /** A retry may carry the old messageId or a new one: real chargers do either. */
  private deliver(message: TransactionMessage, attempt: number): Promise<Payload> {
    const last = this.lastMessageIds.get(message);
    const reuse = attempt > 1 && last !== undefined && this.options.random.chance(0.5);
    const messageId = reuse ? last : randomUUID();
    this.lastMessageIds.set(message, messageId);
    return this.options.call(message.action, message.payload(), messageId);
  }

  private entryOf(
    facts: SessionFacts,
    moment: SessionMoment,
    message: { action: string; naturalKey: string },
  ): Omit<JournalEntry, 'kind'> {
    const { chargerId, dialect } = this.options;
    return {
      chargerId,
      version: dialect.version,
      action: message.action,
      naturalKey: message.naturalKey,
      at: moment.at,
      sessionRef: facts.sessionRef,
      phase: moment.phase,
      connectorId: facts.connectorId,
      idToken: facts.idToken,
      energyWh: moment.reading.registerWh,
      ...(dialect.version !== '1.6' && { transactionId: facts.sessionRef }),
    };
  }
}
