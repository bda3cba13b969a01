import { chargerKey, type ChargerEventOf, type CommandOutcome } from '@chargestream/contracts';
import type { Timers } from '../timers';
import {
  CommandSteps,
  type CommandStepsOptions,
  type NextStep,
  type PendingCommand,
  type RefusableCommand,
} from './command-step';

interface Tracked extends RefusableCommand {
  cancelTimer: (() => void) | null;
}

export interface CommandRouterOptions extends CommandStepsOptions {
  timers: Timers;
  /** Told of each command that has ended, whoever ended it. */
  onEnded?: (outcome: CommandOutcome) => void;
}

const RETRY_MS = 1_000;

/**
 * Brings every command to a terminal state: hands it to the instance that owns the charger's connection, once, and
 * looks at the clock for those nobody answers. What it knows it can find again in the store after a restart. Here is
 * when a command takes a step; what the step is, `CommandSteps` knows.
 */
export class CommandRouter {
  private readonly tracked = new Map<string, Tracked>();
  /** One step at a time for each charger, so that commands go out in the order of their requests. */
  private readonly queues = new Map<string, Promise<void>>();
  private readonly steps: CommandSteps;
  private closed = false;
  private stopWaiting: () => void = () => undefined;
  private readonly closing = new Promise<void>((resolve) => (this.stopWaiting = resolve));
  private readonly stopListening: () => void;

  constructor(private readonly options: CommandRouterOptions) {
    this.steps = new CommandSteps(options);
    this.stopListening = options.connections.onChange((key) => this.connectionChanged(key));
  }

  /** Takes a requested command on. Again for the same command changes nothing. */
  track(command: PendingCommand): void {
    if (this.closed || this.tracked.has(command.commandId)) return;
    const tracked: Tracked = { ...command, refusedBy: null, cancelTimer: null };
    this.tracked.set(command.commandId, tracked);
    this.step(tracked);
  }

  /** Something about a command was stored. */
  commandEvent(event: ChargerEventOf<'CommandSent' | 'CommandFinished' | 'CommandNotOwned'>): void {
    const tracked = this.tracked.get(event.data.commandId);
    if (tracked === undefined) return;
    if (event.type === 'CommandNotOwned') {
      const { instanceId, epoch } = event.data;
      tracked.refusedBy = { instanceId, epoch };
    }
    this.step(tracked);
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
    this.tracked.clear();
    await this.idle();
  }

  private connectionChanged(key: string): void {
    for (const tracked of this.tracked.values()) {
      if (keyOf(tracked) === key) this.step(tracked);
    }
  }

  private step(tracked: Tracked): void {
    const key = keyOf(tracked);
    const queue = (this.queues.get(key) ?? Promise.resolve()).then(async () => {
      if (this.closed || !this.tracked.has(tracked.commandId)) return;
      this.follow(tracked, await this.steps.take(tracked, this.closing));
    });
    const settled = queue.catch((error: unknown) => {
      this.options.logger?.warn({ err: error, commandId: tracked.commandId }, 'a command waits for store or bus');
      this.setTimer(tracked, RETRY_MS);
    });
    this.queues.set(key, settled);
    void settled.then(() => {
      if (this.queues.get(key) === settled) this.queues.delete(key);
    });
  }

  private follow(tracked: Tracked, next: NextStep): void {
    if (this.closed) return;
    switch (next.kind) {
      case 'release':
        tracked.cancelTimer?.();
        this.tracked.delete(tracked.commandId);
        if (next.outcome !== null) this.options.onEnded?.(next.outcome);
        return;
      case 'wait':
        return this.setTimer(tracked, next.untilMs - this.options.clock());
      case 'again':
        return this.step(tracked);
    }
  }

  private setTimer(tracked: Tracked, delayMs: number): void {
    if (this.closed) return;
    tracked.cancelTimer?.();
    tracked.cancelTimer = this.options.timers.after(delayMs, () => this.step(tracked));
  }
}

function keyOf({ tenantId, chargerId }: PendingCommand): string {
  return chargerKey(tenantId, chargerId);
}
