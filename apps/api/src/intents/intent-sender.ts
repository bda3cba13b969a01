import { randomUUID } from 'node:crypto';
import type { ChargerCommand, Intent } from '@chargestream/contracts';
import type { CommandRow } from '@chargestream/read-model';
import type { Caller } from '../auth/caller';
import type { ApiOptions } from '../options';
import type { IntentClient } from './intent-client';

type IntentBody = Intent extends infer Each ? (Each extends Intent ? Pick<Each, 'type' | 'data'> : never) : never;

export interface CommandTerms {
  timeoutSeconds?: number | null;
  holdUntilOnline: boolean;
  /** Seconds to wait for a terminal state. */
  waitSeconds: number;
}

/** What a command is known by before it is sent. */
export interface SentAs {
  commandId: string;
  /** ISO 8601: when nobody sends it to the charger any more. */
  expiresAt: string;
}

/** A command, or how it is made when it must tell of itself. */
export type CommandToSend = ChargerCommand | ((as: SentAs) => Promise<ChargerCommand>);

const TIMEOUT_S = 60;
const HOLD_TIMEOUT_S = 24 * 60 * 60;

/** Puts intents into their envelope. */
export class IntentSender {
  constructor(
    private readonly client: IntentClient,
    private readonly options: Pick<ApiOptions, 'clock' | 'newId' | 'logger'>,
  ) {}

  /** Resolves with the intent's id when the read model shows its effect. @throws ApiError */
  async send(
    caller: Caller,
    chargerId: string,
    body: IntentBody,
    { id = this.newId(), nowMs = this.nowMs() }: { id?: string; nowMs?: number } = {},
  ): Promise<string> {
    const intent = {
      id,
      schemaVersion: 1,
      tenantId: caller.tenantId,
      chargerId,
      requestedAt: new Date(nowMs).toISOString(),
      requestedBy: caller.subject,
      correlationId: id,
      ...body,
    } as Intent;
    const { type, requestedBy, tenantId } = intent;
    const about = { intentId: id, correlationId: id, type, tenantId, chargerId, requestedBy };
    try {
      await this.client.send(intent);
    } catch (error) {
      this.options.logger?.warn({ ...about, err: error }, 'an intent was not confirmed');
      throw error;
    }
    this.options.logger?.info(about, 'an intent is confirmed');
    return id;
  }

  /** The command's row: as it is now, or as it is after `waitSeconds` or its end. @throws ApiError */
  async command(caller: Caller, chargerId: string, what: CommandToSend, terms: CommandTerms): Promise<CommandRow> {
    const timeoutS = terms.timeoutSeconds ?? (terms.holdUntilOnline ? HOLD_TIMEOUT_S : TIMEOUT_S);
    const nowMs = this.nowMs();
    const expiresAt = new Date(nowMs + timeoutS * 1000).toISOString();
    const id = this.newId();
    const command = typeof what === 'function' ? await what({ commandId: id, expiresAt }) : what;
    const data = { command, expiresAt, holdUntilOnline: terms.holdUntilOnline };
    await this.send(caller, chargerId, { type: 'SendCommand', data }, { id, nowMs });
    return this.client.waitForCommand(caller.tenantId, id, terms.waitSeconds);
  }

  private newId(): string {
    return this.options.newId?.() ?? randomUUID();
  }

  private nowMs(): number {
    return this.options.clock?.() ?? Date.now();
  }
}
