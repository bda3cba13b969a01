import { chargerKey, type CommandFact, type CommandOutcome, type StoredMetadata } from '@chargestream/contracts';
import type { StoredEvent } from '@chargestream/event-store';
import type { Timers } from '../timers';
import { CommandSteps, type CommandStepsOptions, type NextStep, type PendingCommand } from './command-step';

interface Tracked extends PendingCommand {
  /** Place in the store before the command's request: a follower that begins there sees all of it. */
  before: string | null;
  cancelTimer: (() => void) | null;
}

export interface CommandRouterOptions extends CommandStepsOptions {
  timers: Timers;
  /** Where following begins. */
  from: string | null;
  /** Told of each command that is seen to end, whoever ended it. */
  onEnded?: (outcome: CommandOutcome) => void;
}

const RETRY_MS = 1_000;

/**
 * Brings every command to a terminal state: hands it to the instance that owns the charger's connection, once, and looks
 * at the clock for those nobody answers. It learns of them by following the commands' streams in the store, so it knows
 * them all, whichever core appended to them. Here is when a command takes a step; what the step is, `CommandSteps` knows.
 */
export class CommandRouter {
  /** In the order of their requests. */
  private readonly tracked = new Map<string, Tracked>();
  /** One step at a time for each charger, so that commands go out in the order of their requests. */
  private readonly queues = new Map<string, Promise<void>>();
  private readonly steps: CommandSteps;
  private position: string | null;
  private closed = false;
  private stopWaiting: () => void = () => undefined;
  private readonly closing = new Promise<void>((resolve) => (this.stopWaiting = resolve));
  private readonly stopListening: () => void;

  constructor(private readonly options: CommandRouterOptions) {
    this.position = options.from;
    this.steps = new CommandSteps(options);
    this.stopListening = options.connections.onChange((key) => this.connectionChanged(key));
  }

  /** What was stored of commands, in log order. */
  follow(events: readonly StoredEvent[]): void {
    const changed = new Set<string>();
    for (const event of events) {
      const fact = { type: event.type, data: event.data } as CommandFact;
      const commandId = event.stream.slice(event.stream.indexOf('-') + 1);
      if (fact.type === 'CommandRequested') this.track(fact.data, event);
      if (fact.type === 'CommandFinished') this.release(commandId, fact.data.outcome);
      changed.add(commandId);
      this.position = event.position;
    }
    for (const commandId of changed) this.step(commandId);
  }

  /** Place in the store from which another router would find every command that has not ended; null from its beginning. */
  checkpoint(): string | null {
    const [oldest] = this.tracked.values();
    return oldest === undefined ? this.position : oldest.before;
  }

  /** Something changed that may concern any command. */
  stepAll(): void {
    for (const commandId of this.tracked.keys()) this.step(commandId);
  }

  pendingCount(): number {
    return this.tracked.size;
  }

  /** Resolves when no step is under way. */
  async idle(): Promise<void> {
    while (this.queues.size > 0) await Promise.all(this.queues.values());
  }

  async close(): Promise<void> {
    this.closed = true;
    this.stopWaiting();
    this.stopListening();
    for (const { cancelTimer } of this.tracked.values()) cancelTimer?.();
    await this.idle();
  }

  private track({ commandId, expiresAt }: { commandId: string; expiresAt: string }, { metadata }: StoredEvent): void {
    if (this.tracked.has(commandId)) return;
    const { tenantId, chargerId, correlationId } = metadata as unknown as StoredMetadata;
    const command = { commandId, tenantId, chargerId, correlationId, expiresAt };
    this.tracked.set(commandId, { ...command, before: this.position, cancelTimer: null });
  }

  private release(commandId: string, outcome: CommandOutcome): void {
    const tracked = this.tracked.get(commandId);
    if (tracked === undefined) return;
    tracked.cancelTimer?.();
    this.tracked.delete(commandId);
    this.options.secrets.forget(commandId);
    this.options.onEnded?.(outcome);
  }

  private connectionChanged(key: string): void {
    for (const tracked of this.tracked.values()) {
      if (keyOf(tracked) === key) this.step(tracked.commandId);
    }
  }

  private step(commandId: string): void {
    const tracked = this.tracked.get(commandId);
    if (tracked === undefined || this.closed) return;
    const key = keyOf(tracked);
    const queue = (this.queues.get(key) ?? Promise.resolve()).then(async () => {
      if (this.closed || !this.tracked.has(commandId)) return;
      this.goOn(tracked, await this.steps.take(tracked, this.closing));
    });
    const settled = queue.catch((error: unknown) => {
      this.options.logger?.warn({ err: error, commandId }, 'a command waits for store or bus');
      this.setTimer(tracked, RETRY_MS);
    });
    this.queues.set(key, settled);
    void settled.then(() => {
      if (this.queues.get(key) === settled) this.queues.delete(key);
    });
  }

  private goOn(tracked: Tracked, next: NextStep): void {
    if (this.closed) return;
    switch (next.kind) {
      case 'none':
        // Its end is on record, and the follower will come to it.
        return;
      case 'wait':
        return this.setTimer(tracked, next.untilMs - this.options.clock());
      case 'again':
        return this.step(tracked.commandId);
    }
  }

  private setTimer(tracked: Tracked, delayMs: number): void {
    if (this.closed || !this.tracked.has(tracked.commandId)) return;
    tracked.cancelTimer?.();
    tracked.cancelTimer = this.options.timers.after(delayMs, () => this.step(tracked.commandId));
  }
}

function keyOf({ tenantId, chargerId }: PendingCommand): string {
  return chargerKey(tenantId, chargerId);
}
