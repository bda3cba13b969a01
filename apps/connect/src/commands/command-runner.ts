import { chargerEventRecord, eventId, type CommandFinished, type InboxCommand } from '@chargestream/contracts';
import { CallError, CallTimeoutError, OcppError, PeerClosedError, validate } from '@chargestream/ocpp';
import type { Deviation, OcppVersion } from '@chargestream/ocpp';
import { redact, redactText } from '@chargestream/redaction';
import type { Clock, Logger } from '@chargestream/service-kit';
import type { CallOutcome, ConnectMetrics } from '../connect-metrics';
import type { LiveConnection } from '../connection/live-connection';
import type { Publisher } from '../connection/publisher';
import { envelope } from '../handlers/call-dispatcher';
import type { EventDraft } from '../handlers/handler';
import type { ChargerRegistry } from '../tables/charger-registry';
import { whyNotAccepted } from './not-accepted';
import { outcomeOf } from './outcome';
import { passwordSet } from './password-set';
import { reportOf, type AnsweredCall } from './reports';
import { translate } from './translators';
import type { OutboundCall } from './translation';

export interface CommandRunnerOptions {
  connection: LiveConnection;
  publisher: Publisher;
  registry: ChargerRegistry;
  clock: Clock;
  metrics: ConnectMetrics;
  logger: Logger;
  source: string;
  instanceId: string;
  callTimeoutMs: number;
  newMessageId: () => string;
  /** Told of a password that the charger took, before it can come back with it. Never kept but as a digest. */
  onPasswordSet: (chargerKey: string, password: string) => void;
}

/** Commands that may wait for one charger: it takes one CALL at a time. */
const MAX_QUEUED = 16;

type Ending = Omit<CommandFinished, 'commandId' | 'ocppAction'> & { ocppAction?: string | null };

/**
 * Sends commands to one charger, one after the other. CommandSent is durable before the frame is written: after a crash in between,
 * nobody sends it a second time, and core ends it by its deadline.
 */
export class CommandRunner {
  private readonly queue: InboxCommand[] = [];
  private running: Promise<void> | null = null;

  constructor(private readonly options: CommandRunnerOptions) {}

  enqueue(command: InboxCommand): void {
    if (this.queue.length >= MAX_QUEUED) {
      const message = `${MAX_QUEUED} commands are waiting for this charger already; try again later.`;
      return void this.finish(command, failed('QueueFull', message));
    }
    this.queue.push(command);
    this.running ??= this.runAll();
  }

  /** The connection closes: core finds another owner for what waits at once, whatever the CALL under way comes to. */
  giveBackQueued(): void {
    const waiting = this.queue.splice(0);
    if (waiting.length > 0) void this.giveBack(...waiting);
  }

  /** Resolves when nothing is queued or under way. */
  async settled(): Promise<void> {
    await this.running;
  }

  private async runAll(): Promise<void> {
    for (let next = this.queue.shift(); next; next = this.queue.shift()) {
      if (this.options.connection.isOpen) await this.run(next);
      else await this.giveBack(next);
    }
    this.running = null;
  }

  private async run(command: InboxCommand): Promise<void> {
    const { connection, registry, clock } = this.options;
    const { version } = connection.identity;
    if (Date.parse(command.expiresAt) <= clock()) {
      const error = {
        code: 'Expired',
        message: `The command expired at ${command.expiresAt}, before it could be sent.`,
      };
      return this.finish(command, { outcome: 'EXPIRED', response: null, error });
    }
    const translation = translate(command.command, { version, requestId: requestIdOf(command.commandId) });
    const actions = translation.ok ? translation.calls.map(({ action }) => action) : [];
    // A charger that nobody registered is here because registration is automatic: core accepts it.
    const registration = registry.byKey(connection.key)?.registration ?? 'ACCEPTED';
    const problem = whyNotAccepted({ registration, told: connection.memory.told }, actions);
    if (problem !== null) return this.finish(command, failed('NotAccepted', problem));
    if (!translation.ok) return this.finish(command, failed('NotTranslatable', translation.sentence));
    for (const call of translation.calls) {
      const deviations = validate(version, call.action, 'request', call.payload);
      if (deviations[0])
        return this.finish(command, failed('InvalidPayload', invalid(version, call, deviations[0]), call.action));
    }
    await this.send(command, translation.calls);
  }

  private async send(command: InboxCommand, outbound: OutboundCall[]): Promise<void> {
    const { connection, publisher } = this.options;
    const action = (outbound[0] as OutboundCall).action;
    const payloads = outbound.map(({ payload }) => redact(payload));
    const data = {
      commandId: command.commandId,
      ocppAction: action,
      payload: payloads.length === 1 ? payloads[0] : payloads,
    };
    const sent = this.draft('CommandSent', command, data);
    try {
      await publisher.publish([this.record(sent, command)]);
    } catch {
      // Not sent and not on record: whoever owns the charger after this gets it again.
      return this.giveBack(command);
    }
    if (!connection.isOpen) {
      return this.finish(command, failed('SocketClosed', NOT_WRITTEN, action));
    }
    this.log(command, { action }, 'a command is sent');
    await this.call(command, action, outbound);
  }

  private async call(command: InboxCommand, ocppAction: string, outbound: OutboundCall[]): Promise<void> {
    const answered: AnsweredCall[] = [];
    try {
      for (const outgoing of outbound) answered.push({ ...outgoing, response: await this.ask(command, outgoing) });
    } catch (error) {
      const ending = { ...endingOf(error, ocppAction), ocppAction, response: combined(answered) };
      return this.finish(command, ending, answered);
    }
    const accepted = answered.every(({ response }) => outcomeOf(response) === 'ACCEPTED');
    const outcome = accepted ? 'ACCEPTED' : 'REJECTED';
    await this.finish(command, { outcome, ocppAction, response: combined(answered), error: null }, answered);
  }

  private async ask({ commandId }: InboxCommand, { action, payload }: OutboundCall): Promise<Record<string, unknown>> {
    const { connection, callTimeoutMs, newMessageId, onPasswordSet, metrics } = this.options;
    const startedMs = performance.now();
    connection.secrets.learn(payload);
    let outcome: CallOutcome = 'answered';
    const messageId = newMessageId();
    const done = connection.callsFor(commandId, messageId);
    if (action.endsWith('TriggerMessage')) connection.memory.triggered.add(String(payload['requestedMessage']));
    try {
      // The payload was validated before CommandSent went on record.
      const options = { messageId, timeoutMs: callTimeoutMs, validate: false };
      const answer = await connection.peer.call(action, payload, options);
      const response = answer.payload as Record<string, unknown>;
      const password = passwordSet({ action, payload, response });
      if (password !== null) onPasswordSet(connection.key, password);
      return response;
    } catch (error) {
      outcome = callOutcomeOf(error);
      throw error;
    } finally {
      metrics.outbound(action, outcome, (performance.now() - startedMs) / 1000);
      done();
    }
  }

  private async finish(command: InboxCommand, ending: Ending, answered: readonly AnsweredCall[] = []): Promise<void> {
    const { commandId } = command;
    const { secrets } = this.options.connection;
    const told = secrets.hideInValue({ ...ending, response: redact(ending.response) });
    const data = { commandId, ...told, ocppAction: ending.ocppAction ?? null };
    const report = secrets.hideInValue(reportOf(commandId, answered, this.now()));
    const drafts = [...(report ? [report] : []), this.draft('CommandFinished', command, data)];
    const { outcome, error } = ending;
    this.log(command, { outcome, ...(error && { error: error.code }) }, 'a command has ended');
    await this.options.publisher.publishEventually(drafts.map((draft) => this.record(draft, command)));
  }

  /** The connection closed before the command's turn came: core looks up the owner again. */
  private async giveBack(...commands: InboxCommand[]): Promise<void> {
    const { publisher, source, instanceId } = this.options;
    await publisher.publishEventually(commands.map((command) => notOwned(command, instanceId, this.now(), source)));
  }

  private draft(type: 'CommandSent' | 'CommandFinished', { commandId }: InboxCommand, data: object): EventDraft {
    return { id: eventId(type, commandId), type, occurredAt: this.now(), data } as EventDraft;
  }

  private record(draft: EventDraft, { correlationId }: InboxCommand) {
    const { connection, source } = this.options;
    return chargerEventRecord(envelope(connection.identity, draft, this.now(), null, correlationId), source);
  }

  private log({ commandId, correlationId }: InboxCommand, details: object, message: string): void {
    const { logger, connection } = this.options;
    logger.info({ charger: connection.key, commandId, correlationId, ...details }, message);
  }

  private now(): string {
    return new Date(this.options.clock()).toISOString();
  }
}

/** Tells core that this instance does not have the connection the command was meant for. */
export function notOwned(command: InboxCommand, instanceId: string, at: string, source: string) {
  const { commandId, tenantId, chargerId, epoch, correlationId } = command;
  return chargerEventRecord(
    {
      id: eventId('CommandNotOwned', commandId, instanceId, epoch),
      type: 'CommandNotOwned',
      schemaVersion: 1,
      tenantId,
      chargerId,
      correlationId,
      causationId: commandId,
      connectionEpoch: null,
      ocppVersion: null,
      ocppMessageId: null,
      occurredAt: at,
      receivedAt: at,
      data: { commandId, instanceId, epoch },
    },
    source,
  );
}

function failed(code: string, message: string, ocppAction: string | null = null): Ending {
  return { outcome: 'FAILED', ocppAction, response: null, error: { code, message } };
}

function invalid(version: OcppVersion, { action }: OutboundCall, { path, rule }: Deviation): string {
  return `The payload is no valid ${action} of OCPP ${version}: ${path === '' ? 'the object itself' : path} breaks the rule ${rule}.`;
}

const NOT_WRITTEN = 'The connection closed before the command was written.';
const UNANSWERED = 'The connection closed before the answer came: the charger may or may not have done it.';
/** 1.6 §5.14 has it answer first; many drop the connection instead. */
const RESTARTING_PERHAPS =
  'The connection closed before the charger answered, as it does when a charger restarts at once: if it boots now, it has done it.';

function callOutcomeOf(error: unknown): CallOutcome {
  if (error instanceof CallTimeoutError) return 'timed-out';
  return error instanceof PeerClosedError ? 'closed' : 'error';
}

function endingOf(error: unknown, ocppAction: string): Pick<Ending, 'outcome' | 'error'> {
  if (error instanceof CallError)
    return { outcome: 'FAILED', error: { code: error.spelled, message: redactText(error.description) } };
  if (error instanceof OcppError) return { outcome: 'FAILED', error: { code: error.code, message: error.description } };
  if (error instanceof CallTimeoutError) {
    const message = `The charger did not answer within ${error.timeoutMs} ms.`;
    return { outcome: 'TIMED_OUT', error: { code: 'TimedOut', message } };
  }
  if (error instanceof PeerClosedError) {
    if (!error.sent) return { outcome: 'FAILED', error: { code: 'SocketClosed', message: NOT_WRITTEN } };
    const message = ocppAction === 'Reset' ? RESTARTING_PERHAPS : UNANSWERED;
    return { outcome: 'UNKNOWN', error: { code: 'SocketClosed', message } };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { outcome: 'FAILED', error: { code: 'InternalError', message } };
}

/** One response as it is; several as a list with what each was for. */
function combined(answered: readonly AnsweredCall[]): unknown {
  if (answered.length === 0) return null;
  if (answered.length === 1) return answered[0]?.response;
  return { results: answered.map(({ payload, response }) => ({ key: payload['key'], ...response })) };
}

/** Positive and 31-bit, as 2.x requestIds are; the same for the same command. */
function requestIdOf(commandId: string): number {
  return Number.parseInt(commandId.replaceAll('-', '').slice(-8), 16) & 0x7fffffff || 1;
}
