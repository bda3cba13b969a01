import type { Candidacy, LeadOptions } from '../port';
import type { KafkaConnection } from './connection';
import { GroupMember } from './group-member';
import type { KafkaSettings } from './options';
import { backoffMs, pause } from './timing';

const SESSION_TIMEOUT_MS = 6_000;
const HEARTBEAT_MS = 500;

/**
 * Stands for a role as a member of the role's consumer group, which has no topics: the member that the coordinator makes the
 * leader of the group has the role. A new member does not take it from a living one.
 */
export class KafkaCandidacy implements Candidacy {
  private readonly member: GroupMember;
  private held: { abort: AbortController; ended: Promise<void> } | null = null;
  private closing: Promise<void> | null = null;

  constructor(
    private readonly connection: KafkaConnection,
    private readonly options: LeadOptions,
    private readonly settings: KafkaSettings,
    private readonly onClose: () => void,
  ) {
    this.member = new GroupMember(connection, {
      group: `csms.role.${options.role}`,
      topics: [],
      sessionTimeoutMs: SESSION_TIMEOUT_MS,
      rebalanceTimeoutMs: SESSION_TIMEOUT_MS,
      heartbeatMs: HEARTBEAT_MS,
      logger: settings.logger,
      share: () => Promise.resolve(new Map()),
      onJoined: async ({ isGroupLeader }) => {
        if (!isGroupLeader || !this.isLeader()) await this.giveUp();
        if (isGroupLeader) this.take();
      },
      onExpired: () => this.held?.abort.abort(),
      // While the group forms anew nobody else has the role.
      onLeft: async (lost) => {
        if (lost || this.closing) await this.giveUp();
      },
    });
    this.member.start();
  }

  isLeader(): boolean {
    return this.held !== null && !this.held.abort.signal.aborted;
  }

  close(): Promise<void> {
    this.closing ??= this.closeOnce();
    return this.closing;
  }

  private async closeOnce(): Promise<void> {
    this.held?.abort.abort();
    await this.member.close();
    this.onClose();
    await this.connection.close();
  }

  private take(): void {
    if (this.held || this.closing) return;
    this.settings.logger.info({ role: this.options.role }, 'Leading');
    const abort = new AbortController();
    this.held = { abort, ended: this.run(abort.signal) };
  }

  private async giveUp(): Promise<void> {
    const { held } = this;
    if (!held) return;
    this.settings.logger.info({ role: this.options.role }, 'No longer leading');
    held.abort.abort();
    await held.ended;
    this.held = null;
  }

  private async run(signal: AbortSignal): Promise<void> {
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        return await this.options.run(signal);
      } catch (error) {
        if (signal.aborted) return;
        this.options.onError?.(error);
        await pause(backoffMs(attempt, 100, 5_000), signal);
        // It may have failed because another has the role by now (WriterFencedError): not again before that is known.
        await this.member.confirmed(signal);
      }
    }
  }
}
