import {
  chargerKey,
  tokenKey,
  TOPICS,
  toBusRecord,
  type CommandOutcome,
  type Intent,
  type Update,
} from '@chargestream/contracts';
import type { EventBus } from '@chargestream/event-bus';
import type { CommandRow, ReadModel } from '@chargestream/read-model';
import { ApiError } from '../errors/api-error';
import type { UpdateFeed } from '../updates/update-feed';

const TERMINAL: ReadonlySet<string> = new Set<CommandOutcome>([
  'ACCEPTED',
  'REJECTED',
  'FAILED',
  'TIMED_OUT',
  'OFFLINE',
  'EXPIRED',
  'UNKNOWN',
]);

interface Signal {
  promise: Promise<Update | 'timeout'>;
  cancel(): void;
}

/** Asks core to do something, and waits until the read model shows it. */
export class IntentClient {
  constructor(
    private readonly bus: EventBus,
    private readonly feed: UpdateFeed,
    private readonly readModel: ReadModel,
    private readonly source: string,
    private readonly timeoutMs: number,
  ) {}

  /**
   * Resolves when core has decided and the read model shows the effect.
   * @throws ApiError with core's reason when it refuses; UNAVAILABLE when it does not answer in time.
   */
  async send(intent: Intent): Promise<void> {
    const answer = this.once(
      (update) =>
        update.kind === 'intent'
          ? update.intentId === intent.id
          : update.entity === 'command' && update.id === intent.id,
      this.timeoutMs,
    );
    try {
      await this.bus.publish([intentRecord(intent, this.source)]);
    } catch (error) {
      answer.cancel();
      throw error;
    }
    const update = await answer.promise;
    if (update === 'timeout') throw this.unanswered(intent);
    if (update.kind === 'intent' && update.outcome === 'rejected') {
      const { code, message } = update.error ?? { code: 'CONFLICT' as const, message: 'The request was refused.' };
      throw new ApiError(code, message, code === 'BAD_INPUT' ? { field: null, rule: 'domain' } : {});
    }
  }

  /** The command's row, after at most `waitS` seconds for a terminal state. */
  async waitForCommand(tenantId: string, commandId: string, waitS: number): Promise<CommandRow> {
    const deadlineMs = Date.now() + waitS * 1000;
    for (;;) {
      const remainingMs = deadlineMs - Date.now();
      // Listen before reading, so that no change falls between the two.
      const change = this.once(
        (update) => update.kind === 'changed' && update.entity === 'command' && update.id === commandId,
        Math.max(0, remainingMs),
      );
      const row = await this.readModel.queries.command(tenantId, commandId);
      if (row !== undefined && (remainingMs <= 0 || TERMINAL.has(row.state))) {
        change.cancel();
        return row;
      }
      if (row === undefined && remainingMs <= 0) {
        change.cancel();
        throw new ApiError('NOT_FOUND', `There is no command ${commandId}.`);
      }
      await change.promise;
    }
  }

  private unanswered(intent: Intent): ApiError {
    return new ApiError(
      'UNAVAILABLE',
      `The request is stored but nobody has decided on it within ${this.timeoutMs / 1000} s; it may still happen. ` +
        (intent.type === 'SendCommand'
          ? `Look for command ${intent.id} before you send it again.`
          : `Look whether it has before you send it again (intent ${intent.id}).`),
      { intentId: intent.id },
    );
  }

  private once(accept: (update: Update) => boolean, timeoutMs: number): Signal {
    let cancel = () => {};
    const promise = new Promise<Update | 'timeout'>((resolve) => {
      const end = (result: Update | 'timeout') => {
        clearTimeout(timer);
        stop();
        resolve(result);
      };
      const timer = setTimeout(() => end('timeout'), timeoutMs);
      const stop = this.feed.listen((update) => accept(update) && end(update));
      cancel = () => end('timeout');
    });
    return { promise, cancel };
  }
}

function intentRecord(intent: Intent, source: string) {
  const key =
    intent.type === 'PutToken' || intent.type === 'RemoveToken'
      ? tokenKey(intent.tenantId, intent.data.idToken)
      : chargerKey(intent.tenantId, intent.chargerId);
  return toBusRecord(TOPICS.intents, key, { id: intent.id, type: intent.type, source }, intent);
}
