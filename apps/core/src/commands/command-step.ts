import {
  chargerKey,
  chargerStream,
  commandStream,
  eventId,
  inboxTopic,
  inboxTopicSpec,
  toBusRecord,
  type CommandOutcome,
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
import { ownerOf } from './connections';

/** A command that has not ended. */
export interface PendingCommand {
  commandId: string;
  tenantId: string;
  chargerId: string;
  correlationId: string;
  expiresAt: string;
}

/** A command, and the owner that answered it does not own the connection any more. */
export interface RefusableCommand extends PendingCommand {
  refusedBy: Owner | null;
}

/** What is to come of a command after a step. */
export type NextStep =
  /** It has ended; null when there is no such command. */
  { kind: 'release'; outcome: CommandOutcome | null } | { kind: 'wait'; untilMs: number } | { kind: 'again' };

export interface CommandStepsOptions {
  aggregates: AggregateStore;
  bus: EventBus;
  connections: CompactedTable;
  clock: () => number;
  pause: (ms: number) => Promise<void>;
  /** How long after its expiry an outcome may still come, ms: a CALL sent at the last moment takes its time. */
  graceMs: number;
  /** Resolves when every event on the bus now has been handled: an outcome may lie there. */
  outcomesHandled: () => Promise<void>;
  logger: Logger | undefined;
}

/** The single steps of a command, each from what is stored of it: hand it over, let it wait, or end it. */
export class CommandSteps {
  private readonly inboxes = new Map<string, Promise<void>>();

  constructor(private readonly options: CommandStepsOptions) {}

  /** `closing` resolves when nobody wants to know any more. */
  async take(command: RefusableCommand, closing: Promise<void>): Promise<NextStep> {
    const state = await this.stateOf(command);
    if (state.status === 'none') return { kind: 'release', outcome: null };
    if (state.status === 'finished') return { kind: 'release', outcome: state.outcome };
    const { aggregates, clock, connections } = this.options;
    if (clock() >= Date.parse(command.expiresAt)) return this.expire(command, state, closing);
    const untilExpiry: NextStep = { kind: 'wait', untilMs: Date.parse(command.expiresAt) };
    const isWithOwner = state.status === 'dispatched' && !isSame(state.owner, command.refusedBy);
    if (state.status === 'sent' || isWithOwner) return untilExpiry;

    const charger = await aggregates.load(chargerDecider, chargerStream(command.tenantId, command.chargerId));
    const key = chargerKey(command.tenantId, command.chargerId);
    const owner = ownerOf(connections, key, charger.state as ChargerState);
    if (owner !== null && !isSame(owner, command.refusedBy)) {
      await this.dispatch(command, state, owner);
      return untilExpiry;
    }
    // Away; or its owner says so before the table does.
    if (state.request.holdUntilOnline) return untilExpiry;
    return this.end(command, { kind: 'offline', at: this.now(), refusedBy: command.refusedBy });
  }

  private async stateOf({ commandId }: PendingCommand): Promise<CommandState> {
    return (await this.options.aggregates.load(commandDecider, commandStream(commandId))).state as CommandState;
  }

  private async dispatch(
    pending: RefusableCommand,
    { request }: Extract<CommandState, { status: 'requested' | 'dispatched' }>,
    owner: Owner,
  ): Promise<void> {
    await this.ensureInbox(owner.instanceId);
    const { commandId, tenantId, chargerId, expiresAt, correlationId, refusedBy } = pending;
    const id = eventId('dispatch', commandId, owner.instanceId, owner.epoch);
    if (!(await this.decide(pending, id, { kind: 'dispatch', owner, refusedBy }))) return;
    const command: InboxCommand = {
      commandId,
      tenantId,
      chargerId,
      epoch: owner.epoch,
      command: request.command,
      expiresAt,
      correlationId,
    };
    const identity = { id, type: 'InboxCommand', source: '/core' };
    try {
      const key = chargerKey(tenantId, chargerId);
      await this.options.bus.publish([toBusRecord(inboxTopic(owner.instanceId), key, identity, command)]);
    } catch (error) {
      // Whether it went out is not known, and a start must not go out twice: it ends UNKNOWN if nothing is heard of it.
      this.options.logger?.warn({ err: error, commandId }, 'a command may not have been handed over');
    }
  }

  private async expire(command: RefusableCommand, state: CommandState, closing: Promise<void>): Promise<NextStep> {
    const { clock, graceMs, outcomesHandled } = this.options;
    const mayBeOut = state.status === 'dispatched' || state.status === 'sent';
    const untilMs = Date.parse(command.expiresAt) + (mayBeOut ? graceMs : 0);
    if (clock() < untilMs) return { kind: 'wait', untilMs };
    if (mayBeOut) {
      // After a long stop of core the outcome may still lie on the bus.
      const isClosing = await Promise.race([outcomesHandled().then(() => false), closing.then(() => true)]);
      if (isClosing) return { kind: 'wait', untilMs };
      if ((await this.stateOf(command)).status === 'finished') return { kind: 'again' };
    }
    return this.end(command, { kind: 'expire', at: this.now(), gracePassed: mayBeOut });
  }

  private async end(pending: PendingCommand, command: CommandCommand): Promise<NextStep> {
    await this.decide(pending, eventId('command-end', pending.commandId), command);
    return { kind: 'again' };
  }

  private async decide(pending: PendingCommand, causationId: string, command: CommandCommand): Promise<boolean> {
    const { aggregates, pause } = this.options;
    const at = this.now();
    const metadata: StoredMetadata = {
      tenantId: pending.tenantId,
      chargerId: pending.chargerId,
      correlationId: pending.correlationId,
      causationId,
      connectionEpoch: command.kind === 'dispatch' ? command.owner.epoch : null,
      ocppVersion: null,
      ocppMessageId: null,
      occurredAt: at,
      receivedAt: at,
      schemaVersion: 1,
    };
    const decision = await decideAndAppend(aggregates, pause, (unit) =>
      unit.decide(commandDecider, commandStream(pending.commandId), command, metadata),
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

  private now(): string {
    return new Date(this.options.clock()).toISOString();
  }
}

function isSame(a: Owner, b: Owner | null): boolean {
  return b !== null && a.instanceId === b.instanceId && a.epoch === b.epoch;
}
