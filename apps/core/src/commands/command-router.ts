import {
  chargerKey,
  chargerStream,
  commandStream,
  eventId,
  inboxTopic,
  inboxTopicSpec,
  toBusRecord,
  type ChargerEventOf,
  type InboxCommand,
  type StoredMetadata,
} from '@chargestream/contracts';
import {
  chargerDecider,
  commandDecider,
  isRejection,
  type ChargerState,
  type CommandCommand,
  type CommandState,
  type Owner,
} from '@chargestream/domain';
import type { CompactedTable, EventBus } from '@chargestream/event-bus';
import type { Logger } from '@chargestream/service-kit';
import type { AggregateStore } from '../aggregates/aggregate-store';
import { decideAndAppend } from '../aggregates/unit-of-work';
import type { Timers } from '../timers';
import { ownerOf } from './connections';

/** A command that has not ended. */
export interface PendingCommand {
  commandId: string;
  tenantId: string;
  chargerId: string;
  correlationId: string;
  expiresAt: string;
}

interface Tracked extends PendingCommand {
  /** The owner that answered it does not own the connection any more. */
  refusedBy: Owner | null;
  cancelTimer: (() => void) | null;
}

export interface CommandRouterOptions {
  aggregates: AggregateStore;
  bus: EventBus;
  connections: CompactedTable;
  timers: Timers;
  clock: () => number;
  pause: (ms: number) => Promise<void>;
  /** How long after its expiry an outcome may still come, ms: a CALL sent at the last moment takes its time. */
  graceMs: number;
  /** Resolves when every event on the bus now has been handled: an outcome may lie there. */
  outcomesHandled: () => Promise<void>;
  logger: Logger | undefined;
}

const RETRY_MS = 1_000;

/**
 * Brings every command to a terminal state: hands it to the instance that owns the charger's connection, once, and
 * looks at the clock for those nobody answers. What it knows it can find again in the store after a restart.
 */
export class CommandRouter {
  private readonly tracked = new Map<string, Tracked>();
  /** One step at a time for each charger, so that commands go out in the order of their requests. */
  private readonly queues = new Map<string, Promise<void>>();
  private readonly inboxes = new Map<string, Promise<void>>();
  private closed = false;
  private stopWaiting: () => void = () => undefined;
  private readonly closing = new Promise<void>((resolve) => (this.stopWaiting = resolve));
  private readonly stopListening: () => void;

  constructor(private readonly options: CommandRouterOptions) {
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
      if (!this.closed && this.tracked.has(tracked.commandId)) await this.route(tracked);
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

  private async route(tracked: Tracked): Promise<void> {
    const { aggregates, clock } = this.options;
    const { state } = (await aggregates.load(commandDecider, commandStream(tracked.commandId))) as {
      state: CommandState;
    };
    if (state.status === 'finished' || state.status === 'none') return this.release(tracked);
    if (clock() >= Date.parse(tracked.expiresAt)) return this.expire(tracked, state);
    const isWithOwner = state.status === 'dispatched' && !isSame(state.owner, tracked.refusedBy);
    if (state.status === 'sent' || isWithOwner) return this.setTimerForExpiry(tracked);

    const charger = await aggregates.load(chargerDecider, chargerStream(tracked.tenantId, tracked.chargerId));
    const owner = ownerOf(this.options.connections, keyOf(tracked), charger.state as ChargerState);
    if (owner !== null && !isSame(owner, tracked.refusedBy)) return this.dispatch(tracked, state, owner);
    // Away; or its owner says so before the table does.
    if (state.request.holdUntilOnline) return this.setTimerForExpiry(tracked);
    await this.end(tracked, { kind: 'offline', at: this.now(), refusedBy: tracked.refusedBy });
  }

  private async dispatch(
    tracked: Tracked,
    state: Exclude<CommandState, { status: 'none' }>,
    owner: Owner,
  ): Promise<void> {
    const { bus } = this.options;
    await this.ensureInbox(owner.instanceId);
    const id = eventId('dispatch', tracked.commandId, owner.instanceId, owner.epoch);
    const isDispatched = await this.decide(tracked, id, { kind: 'dispatch', owner, refusedBy: tracked.refusedBy });
    this.setTimerForExpiry(tracked);
    if (!isDispatched || state.request === null) return;
    const command: InboxCommand = {
      commandId: tracked.commandId,
      tenantId: tracked.tenantId,
      chargerId: tracked.chargerId,
      epoch: owner.epoch,
      command: state.request.command,
      expiresAt: tracked.expiresAt,
      correlationId: tracked.correlationId,
    };
    const identity = { id, type: 'InboxCommand', source: '/core' };
    try {
      await bus.publish([toBusRecord(inboxTopic(owner.instanceId), keyOf(tracked), identity, command)]);
    } catch (error) {
      // Whether it went out is not known, and a start must not go out twice: it ends UNKNOWN if nothing is heard of it.
      this.options.logger?.warn(
        { err: error, commandId: tracked.commandId },
        'a command may not have been handed over',
      );
    }
  }

  private async expire(tracked: Tracked, state: CommandState): Promise<void> {
    const { clock, graceMs, outcomesHandled, aggregates } = this.options;
    const mayBeOut = state.status === 'dispatched' || state.status === 'sent';
    const endsAtMs = Date.parse(tracked.expiresAt) + (mayBeOut ? graceMs : 0);
    if (clock() < endsAtMs) return this.setTimer(tracked, endsAtMs - clock());
    if (mayBeOut) {
      // After a long stop of core the outcome may still lie on the bus.
      await Promise.race([outcomesHandled(), this.closing]);
      if (this.closed) return;
      const now = (await aggregates.load(commandDecider, commandStream(tracked.commandId))) as { state: CommandState };
      if (now.state.status === 'finished') return this.release(tracked);
    }
    await this.end(tracked, { kind: 'expire', at: this.now(), gracePassed: mayBeOut });
  }

  private async end(tracked: Tracked, command: CommandCommand): Promise<void> {
    await this.decide(tracked, eventId('command-end', tracked.commandId), command);
    this.step(tracked);
  }

  private async decide(tracked: Tracked, causationId: string, command: CommandCommand): Promise<boolean> {
    const { aggregates, pause } = this.options;
    const at = this.now();
    const metadata: StoredMetadata = {
      tenantId: tracked.tenantId,
      chargerId: tracked.chargerId,
      correlationId: tracked.correlationId,
      causationId,
      connectionEpoch: command.kind === 'dispatch' ? command.owner.epoch : null,
      ocppVersion: null,
      ocppMessageId: null,
      occurredAt: at,
      receivedAt: at,
      schemaVersion: 1,
    };
    const decision = await decideAndAppend(aggregates, pause, (unit) =>
      unit.decide(commandDecider, commandStream(tracked.commandId), command, metadata),
    );
    return !isRejection(decision) && decision.length > 0;
  }

  /** Kafka makes no topic by itself; connect makes its own too. */
  private ensureInbox(instanceId: string): Promise<void> {
    let made = this.inboxes.get(instanceId);
    if (made === undefined) {
      made = this.options.bus.ensureTopics([inboxTopicSpec(instanceId)]);
      this.inboxes.set(instanceId, made);
      made.catch(() => this.inboxes.delete(instanceId));
    }
    return made;
  }

  private setTimerForExpiry(tracked: Tracked): void {
    this.setTimer(tracked, Date.parse(tracked.expiresAt) - this.options.clock());
  }

  private setTimer(tracked: Tracked, delayMs: number): void {
    if (this.closed) return;
    tracked.cancelTimer?.();
    tracked.cancelTimer = this.options.timers.after(delayMs, () => this.step(tracked));
  }

  private release(tracked: Tracked): void {
    tracked.cancelTimer?.();
    this.tracked.delete(tracked.commandId);
  }

  private now(): string {
    return new Date(this.options.clock()).toISOString();
  }
}

function keyOf({ tenantId, chargerId }: PendingCommand): string {
  return chargerKey(tenantId, chargerId);
}

function isSame(a: Owner, b: Owner | null): boolean {
  return b !== null && a.instanceId === b.instanceId && a.epoch === b.epoch;
}
