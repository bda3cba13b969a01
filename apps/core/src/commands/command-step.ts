import {
  chargerKey,
  chargerStream,
  commandStream,
  eventId,
  inboxTopic,
  inboxTopicSpec,
  toBusRecord,
  type ChargerCommand,
  type CommandFact,
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
  type Decision,
  type Owner,
} from '@chargestream/domain';
import type { CompactedTable, EventBus } from '@chargestream/event-bus';
import type { Logger } from '@chargestream/service-kit';
import type { AggregateStore } from '../aggregates/aggregate-store';
import { decideAndAppend, type UnitOfWork } from '../aggregates/unit-of-work';
import { settleReservation } from '../reservations/decide-reservation';
import { ownerOf } from './connections';
import { settlePassword } from './new-password';
import type { Secrets } from './secrets';

/** A command that has not ended. */
export interface PendingCommand {
  commandId: string;
  tenantId: string;
  chargerId: string;
  correlationId: string;
  expiresAt: string;
}

/** What is to come of a command after a step. */
export type NextStep =
  /** It has ended, or there is no such command. */
  { kind: 'none' } | { kind: 'wait'; untilMs: number } | { kind: 'again' };

export interface CommandStepsOptions {
  aggregates: AggregateStore;
  bus: EventBus;
  connections: CompactedTable;
  /** What is known of the processes that own connections. */
  instances: {
    bootIdOf(instanceId: string): string | null;
    /** Whether the process that had the command in hand is known to be gone. */
    isLost(owner: Owner, bootId: string | null): boolean;
  };
  secrets: Secrets;
  /** Of this process's time as leader, unique: what another leader appended is not taken for our own. */
  termId: string;
  clock: () => number;
  pause: (ms: number) => Promise<void>;
  /** How long after its expiry an outcome may still come, ms: a CALL sent at the last moment takes its time. */
  graceMs: number;
  /** Resolves when every event on the bus now has been handled, by whichever core: an outcome may lie there. */
  outcomesHandled: () => Promise<void>;
  /** Resolves when the secrets of all intents on the bus now are known here, or to nobody. */
  secretsKnown: () => Promise<void>;
  logger: Logger | undefined;
}

type InHand = Extract<CommandState, { status: 'requested' | 'dispatched' | 'sent' }>;

/** The single steps of a command, each from what is stored of it: hand it over, let it wait, or end it. */
export class CommandSteps {
  private readonly inboxes = new Map<string, Promise<void>>();

  constructor(private readonly options: CommandStepsOptions) {}

  /** `closing` resolves when nobody wants to know any more. */
  async take(command: PendingCommand, closing: Promise<void>): Promise<NextStep> {
    const state = await this.stateOf(command);
    if (state.status === 'none' || state.status === 'finished') return { kind: 'none' };
    const untilExpiry: NextStep = { kind: 'wait', untilMs: Date.parse(command.expiresAt) };
    if (this.options.clock() >= untilExpiry.untilMs) return this.expire(command, state, closing);
    if (state.status === 'sent') return untilExpiry;
    if (state.status === 'dispatched' && !state.refused) {
      if (!this.options.instances.isLost(state.owner, state.bootId)) return untilExpiry;
      return this.takeBack(command, state.owner, closing);
    }
    const clear = await this.clearOf(command, state.request, closing);
    if (clear === 'closing') return untilExpiry;
    if (clear === 'forgotten') return this.end(command, { kind: 'forgotten', at: this.now() });

    const refusedBy = state.status === 'dispatched' ? state.owner : null;
    const owner = await this.ownerOf(command);
    if (owner !== null && !isSame(owner, refusedBy)) {
      await this.dispatch(command, clear, owner);
      return untilExpiry;
    }
    // Away; or its owner says so before the table does.
    if (state.request.holdUntilOnline) return untilExpiry;
    return this.end(command, { kind: 'offline', at: this.now() });
  }

  private async stateOf({ commandId }: PendingCommand): Promise<CommandState> {
    const { state } = await this.options.aggregates.load(commandDecider, commandStream(commandId), 'newest');
    return state as CommandState;
  }

  private async ownerOf({ tenantId, chargerId }: PendingCommand): Promise<Owner | null> {
    const { aggregates, connections } = this.options;
    return ownerOf(connections, chargerKey(tenantId, chargerId), async () => {
      const { state } = await aggregates.load(chargerDecider, chargerStream(tenantId, chargerId), 'newest');
      return state as ChargerState;
    });
  }

  /** The command as the charger shall get it. */
  private async clearOf(
    { commandId }: PendingCommand,
    { command, withheld }: InHand['request'],
    closing: Promise<void>,
  ): Promise<ChargerCommand | 'forgotten' | 'closing'> {
    const { secrets, secretsKnown } = this.options;
    if (withheld !== true) return command;
    const known = secrets.of(commandId);
    if (known !== undefined) return known;
    // Its intent was on the bus before the command was stored.
    if (await interrupted(secretsKnown(), closing)) return 'closing';
    return secrets.of(commandId) ?? 'forgotten';
  }

  private async dispatch(pending: PendingCommand, clear: ChargerCommand, owner: Owner): Promise<void> {
    await this.ensureInbox(owner.instanceId);
    const { commandId, tenantId, chargerId, expiresAt, correlationId } = pending;
    const id = eventId('dispatch', commandId, owner.instanceId, owner.epoch, this.options.termId);
    const bootId = this.options.instances.bootIdOf(owner.instanceId);
    // Only who appended this hands it over, though two may take themselves for the leader.
    if (!(await this.decide(pending, id, { kind: 'dispatch', owner, bootId }))) return;
    const { epoch } = owner;
    const command: InboxCommand = { commandId, tenantId, chargerId, epoch, command: clear, expiresAt, correlationId };
    const identity = { id, type: 'InboxCommand', source: '/core' };
    try {
      const key = chargerKey(tenantId, chargerId);
      await this.options.bus.publish([toBusRecord(inboxTopic(owner.instanceId), key, identity, command)]);
      const { instanceId } = owner;
      this.options.logger?.info({ commandId, correlationId, chargerId, instanceId, epoch }, 'a command is handed over');
    } catch (error) {
      // Whether it went out is not known, and a start must not go out twice: it ends UNKNOWN if nothing is heard of it.
      this.options.logger?.warn({ err: error, commandId, correlationId }, 'a command may not have been handed over');
    }
  }

  /** A command goes on record as sent before it is sent: if nothing on the bus says so, nobody sent it. */
  private async takeBack(command: PendingCommand, owner: Owner, closing: Promise<void>): Promise<NextStep> {
    if (await interrupted(this.options.outcomesHandled(), closing)) return { kind: 'wait', untilMs: Infinity };
    await this.decide(command, eventId('command-lost', command.commandId, owner.instanceId, owner.epoch), {
      kind: 'lost',
      owner,
    });
    return { kind: 'again' };
  }

  private async expire(command: PendingCommand, state: InHand, closing: Promise<void>): Promise<NextStep> {
    const { clock, graceMs, outcomesHandled } = this.options;
    const mayBeOut = state.status === 'sent' || (state.status === 'dispatched' && !state.refused);
    const untilMs = Date.parse(command.expiresAt) + (mayBeOut ? graceMs : 0);
    if (clock() < untilMs) return { kind: 'wait', untilMs };
    // After a long stop of core the outcome may still lie on the bus.
    if (mayBeOut && (await interrupted(outcomesHandled(), closing))) return { kind: 'wait', untilMs };
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
      connectionEpoch: command.kind === 'dispatch' || command.kind === 'lost' ? command.owner.epoch : null,
      ocppVersion: null,
      ocppMessageId: null,
      occurredAt: at,
      receivedAt: at,
      schemaVersion: 1,
    };
    const { commandId } = pending;
    const stream = commandStream(commandId);
    const decision = await decideAndAppend(
      aggregates,
      pause,
      async (unit) => {
        const facts = await unit.decide(commandDecider, stream, command, metadata);
        await settleEnded(unit, commandId, facts, metadata);
        return facts;
      },
      // The command last: one that has ended is not looked at again.
      { last: stream },
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

/** What the end of a command that no charger answered means for what it is about. */
async function settleEnded(
  unit: UnitOfWork,
  commandId: string,
  facts: Decision<CommandFact>,
  metadata: StoredMetadata,
): Promise<void> {
  const ended = isRejection(facts) ? undefined : facts.find(({ type }) => type === 'CommandFinished');
  const state = await unit.state(commandDecider, commandStream(commandId));
  if (ended?.type !== 'CommandFinished' || state.status === 'none' || state.request === null) return;
  const { command } = state.request;
  await settlePassword(unit, state.request, ended.data, metadata);
  await settleReservation(unit, { ...ended.data, commandId, command }, metadata);
}

function isSame(a: Owner, b: Owner | null): boolean {
  return b !== null && a.instanceId === b.instanceId && a.epoch === b.epoch;
}

function interrupted(work: Promise<void>, closing: Promise<void>): Promise<boolean> {
  return Promise.race([work.then(() => false), closing.then(() => true)]);
}
