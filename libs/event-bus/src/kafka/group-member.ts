import { AssignerProtocol } from 'kafkajs';
import type { KafkaConnection } from './connection';
import type { KafkaLogger } from './options';
import { backoffMs, pause, within } from './timing';
import { errorType, type WireBroker, type WireJoined } from './wire';

const { MemberAssignment, MemberMetadata } = AssignerProtocol;
const PROTOCOL = 'chargestream';
const CLOSE_WAITS_MS = 3_000;

/** Partitions by topic. */
export type Assignment = Record<string, number[]>;

/** A member of the group and what it can handle: another version of us may know other topics. */
export interface Subscriber {
  memberId: string;
  topics: string[];
}

export interface Membership {
  /** This member shares out what there is; for a role it is the one who has it. */
  isGroupLeader: boolean;
  assignment: Assignment;
}

export interface GroupMemberOptions {
  group: string;
  topics: readonly string[];
  sessionTimeoutMs: number;
  rebalanceTimeoutMs: number;
  heartbeatMs: number;
  logger: KafkaLogger;
  /** Shares out the partitions; called at the leader of the group. */
  share: (members: readonly Subscriber[]) => Promise<Map<string, Assignment>>;
  onJoined: (membership: Membership) => Promise<void>;
  /**
   * The group forms anew: what is under way must end and be committed before the promise resolves. `lost` when the others
   * have gone on without this member.
   */
  onLeft: (lost: boolean) => Promise<void>;
  /** The coordinator has not answered for so long that it may have given this member up; told before it does. */
  onExpired?: () => void;
}

/** Why a membership ended. */
type Ending = 'rebalance' | 'lost' | 'closing';

/** Belongs to a consumer group: joins, keeps the membership alive whatever the handlers do, joins again when it must. */
export class GroupMember {
  private memberId = '';
  private generationId = -1;
  private lastHeardMs = 0;
  private closing = false;
  private readonly abort = new AbortController();
  private done: Promise<void> | null = null;
  private isGroupLeader = false;
  private endMembership: (ending: Ending) => void = () => undefined;

  constructor(
    private readonly connection: KafkaConnection,
    private readonly options: GroupMemberOptions,
  ) {}

  start(): void {
    this.done ??= this.run();
  }

  /** Ends the membership in order: the others take over at once. */
  async close(): Promise<void> {
    this.closing = true;
    this.abort.abort();
    await this.done;
  }

  /** Lets the group form anew, if it is this member that shares out. */
  shareAnew(): void {
    if (this.isGroupLeader) this.endMembership('rebalance');
  }

  /** @throws when the group has gone on without this member. */
  async commit(offsets: Map<string, Map<number, number>>): Promise<void> {
    // Of now: by the time the coordinator is found the group may have gone on.
    const { generationId: groupGenerationId, memberId } = this;
    const coordinator = await this.coordinator();
    await coordinator.offsetCommit({
      groupId: this.options.group,
      groupGenerationId,
      memberId,
      topics: [...offsets].map(([topic, partitions]) => ({
        topic,
        partitions: [...partitions].map(([partition, offset]) => ({ partition, offset: String(offset) })),
      })),
    });
  }

  /** Resolves when the coordinator has confirmed the membership after this call. */
  async confirmed(signal: AbortSignal): Promise<void> {
    const sinceMs = Date.now();
    while (!signal.aborted && this.lastHeardMs < sinceMs) await pause(50, signal);
  }

  private async run(): Promise<void> {
    const expiry = setInterval(() => {
      if (this.isExpired()) this.options.onExpired?.();
    }, 100);
    try {
      await this.belong();
    } finally {
      clearInterval(expiry);
    }
    await this.leave();
  }

  private async belong(): Promise<void> {
    for (let failures = 0; !this.closing;) {
      let heartbeats: { ending: Promise<Ending>; stop: () => void } | null = null;
      try {
        const membership = await this.notLongAfterClosing(this.join());
        failures = 0;
        heartbeats = this.keepAlive();
        // In the meantime the group may form anew, and while handlers end: hearing of this member goes on.
        await this.options.onJoined(membership);
        const ending = await heartbeats.ending;
        await this.options.onLeft(ending === 'lost');
      } catch (error) {
        await this.failed(error, failures++);
      } finally {
        heartbeats?.stop();
      }
    }
  }

  /**
   * A join can take as long as the slowest handler of all members. Who closes waits a little for it, since a member that has
   * joined must leave; if that is not enough the coordinator finds out by itself.
   */
  private notLongAfterClosing<T>(join: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const giveUp = () => setTimeout(() => reject(new Error('The member was closed.')), CLOSE_WAITS_MS).unref();
      join.then(resolve, reject).finally(() => this.abort.signal.removeEventListener('abort', giveUp));
      if (this.closing) giveUp();
      else this.abort.signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  private async failed(error: unknown, failures: number): Promise<void> {
    const type = errorType(error);
    if (type === 'UNKNOWN_MEMBER_ID' || type === 'ILLEGAL_GENERATION') this.memberId = '';
    const { group, logger } = this.options;
    this.connection.forgetCoordinators();
    logger.debug({ group, type, error: (error as Error).message }, 'Joining a consumer group failed');
    await this.options.onLeft(this.memberId === '' || this.isExpired());
    if (!this.closing)
      await pause(type === 'REBALANCE_IN_PROGRESS' ? 10 : backoffMs(failures, 100, 1_000), this.abort.signal);
  }

  private async join(): Promise<Membership> {
    const { group, topics, sessionTimeoutMs, rebalanceTimeoutMs } = this.options;
    const coordinator = await this.coordinator();
    const metadata = MemberMetadata.encode({ version: 0, topics: [...topics], userData: Buffer.alloc(0) });
    const joined = await within(
      rebalanceTimeoutMs + 10_000,
      'Joining a group',
      coordinator.joinGroup({
        groupId: group,
        sessionTimeout: sessionTimeoutMs,
        rebalanceTimeout: rebalanceTimeoutMs,
        memberId: this.memberId,
        groupProtocols: [{ name: PROTOCOL, metadata }],
      }),
    );
    this.memberId = joined.memberId;
    this.generationId = joined.generationId;
    const isGroupLeader = joined.leaderId === joined.memberId;
    this.isGroupLeader = isGroupLeader;
    const sentMs = Date.now();
    const { memberAssignment } = await coordinator.syncGroup({
      groupId: group,
      generationId: joined.generationId,
      memberId: joined.memberId,
      groupAssignment: isGroupLeader ? await this.share(joined) : [],
    });
    this.lastHeardMs = sentMs;
    return { isGroupLeader, assignment: MemberAssignment.decode(memberAssignment)?.assignment ?? {} };
  }

  private async share({ members }: WireJoined): Promise<{ memberId: string; memberAssignment: Buffer }[]> {
    const shares = await this.options.share(
      members.map(({ memberId, memberMetadata }) => ({
        memberId,
        topics: MemberMetadata.decode(memberMetadata)?.topics ?? [],
      })),
    );
    return members.map(({ memberId }) => {
      const assignment = shares.get(memberId) ?? {};
      return {
        memberId,
        memberAssignment: MemberAssignment.encode({ version: 0, assignment, userData: Buffer.alloc(0) }),
      };
    });
  }

  /** Heartbeats until told to stop; `ending` resolves as soon as the membership cannot go on as it is. */
  private keepAlive(): { ending: Promise<Ending>; stop: () => void } {
    const stopped = new AbortController();
    let end: (ending: Ending) => void = () => undefined;
    const ending = new Promise<Ending>((resolve) => (end = resolve));
    this.endMembership = end;
    if (this.closing) end('closing');
    this.abort.signal.addEventListener('abort', () => end('closing'), { once: true, signal: stopped.signal });
    const expiry = setInterval(() => {
      if (this.isExpired()) end('lost');
    }, 100);
    const beats = async () => {
      while (!stopped.signal.aborted) {
        const outcome = await this.heartbeat();
        if (outcome !== 'ok') end(outcome);
        if (outcome === 'lost') break;
        await pause(this.options.heartbeatMs, stopped.signal);
      }
    };
    void beats();
    const stop = () => {
      stopped.abort();
      clearInterval(expiry);
    };
    return { ending, stop };
  }

  /** By our own clock, earlier than the coordinator: who is cut off must know before another is given his share. */
  private isExpired(): boolean {
    return Date.now() - this.lastHeardMs > this.options.sessionTimeoutMs * 0.85;
  }

  private async heartbeat(): Promise<'ok' | 'rebalance' | 'lost'> {
    const sentMs = Date.now();
    const { memberId, generationId } = this;
    try {
      const coordinator = await this.coordinator();
      await coordinator.heartbeat({ groupId: this.options.group, groupGenerationId: generationId, memberId });
      this.lastHeardMs = sentMs;
      return 'ok';
    } catch (error) {
      const type = errorType(error);
      if (type === 'REBALANCE_IN_PROGRESS') {
        this.lastHeardMs = sentMs;
        return 'rebalance';
      }
      this.connection.forgetCoordinators();
      if (type !== 'UNKNOWN_MEMBER_ID' && type !== 'ILLEGAL_GENERATION') return 'ok';
      this.memberId = '';
      return 'lost';
    }
  }

  private async leave(): Promise<void> {
    if (this.memberId === '') return;
    try {
      const { memberId, options } = this;
      const left = this.coordinator().then((broker) => broker.leaveGroup({ groupId: options.group, memberId }));
      await within(2_000, 'Leaving', left);
    } catch (error) {
      // The coordinator will notice by itself.
      this.options.logger.debug({ error: (error as Error).message }, 'Leaving a consumer group failed');
    }
  }

  private coordinator(): Promise<WireBroker> {
    return this.connection.groupCoordinator(this.options.group);
  }
}
