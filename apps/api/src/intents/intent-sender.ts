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

const TIMEOUT_S = 60;
const HOLD_TIMEOUT_S = 24 * 60 * 60;

/** Puts intents into their envelope. */
export class IntentSender {
  constructor(
    private readonly client: IntentClient,
    private readonly options: Pick<ApiOptions, 'clock' | 'newId' | 'logger'>,
  ) {}

  /** Resolves with the intent's id when the read model shows its effect. @throws ApiError */
  async send(caller: Caller, chargerId: string, body: IntentBody, nowMs = this.nowMs()): Promise<string> {
    const id = this.options.newId?.() ?? randomUUID();
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
  async command(caller: Caller, chargerId: string, command: ChargerCommand, terms: CommandTerms): Promise<CommandRow> {
    const timeoutS = terms.timeoutSeconds ?? (terms.holdUntilOnline ? HOLD_TIMEOUT_S : TIMEOUT_S);
    const nowMs = this.nowMs();
    const expiresAt = new Date(nowMs + timeoutS * 1000).toISOString();
    const data = { command, expiresAt, holdUntilOnline: terms.holdUntilOnline };
    const commandId = await this.send(caller, chargerId, { type: 'SendCommand', data }, nowMs);
    return this.client.waitForCommand(caller.tenantId, commandId, terms.waitSeconds);
  }

  private nowMs(): number {
    return this.options.clock?.() ?? Date.now();
  }
}
