import type { ChargerEvent, RegistrationStatus } from '@chargestream/contracts';
import { chargerEventRecord, chargerKey } from '@chargestream/contracts';
import { OcppError, type CallOutcome, type InboundCall } from '@chargestream/ocpp';
import type { Clock, Logger, Settings } from '@chargestream/service-kit';
import { isTracing, startSpan, tracedRecords, type TracedSpan } from '@chargestream/tracing';
import type { ConnectMetrics } from '../connect-metrics';
import type { Publisher } from '../connection/publisher';
import type { ChargerRegistry } from '../tables/charger-registry';
import type { ActiveTokens } from '../tables/active-tokens';
import type { TokenAuthority } from '../tables/token-authority';
import type { ClockTolerance } from '../translation/timestamps';
import type { VendorDesk } from '../vendors/vendor-desk';
import type { ConnectionMemory } from './connection-memory';
import {
  hashOfCall,
  type ConnectionIdentity,
  type EventDraft,
  type Handled,
  type HandlerContext,
  type InboundMessage,
} from './handler';
import { handlerFor, type AnyHandler } from './registry';
import { unreadableTransaction } from './unreadable-transaction';

export interface DispatcherOptions {
  registry: ChargerRegistry;
  tokens: TokenAuthority;
  activeTokens: ActiveTokens;
  vendors: VendorDesk;
  publisher: Publisher;
  settings: Settings;
  clock: Clock;
  logger: Logger;
  metrics: ConnectMetrics;
  /** CloudEvents source of everything this instance publishes. */
  source: string;
}

export interface CallingConnection {
  identity: ConnectionIdentity;
  /** `chargerKey` of the identity. */
  key: string;
  memory: ConnectionMemory;
}

/** From a charger's CALL to its answer: handler, events, durability, receipt. */
export class CallDispatcher {
  private readonly clockTolerance: ClockTolerance;

  constructor(private readonly options: DispatcherOptions) {
    const { ocppClockBehindS: behindS, ocppClockAheadS: aheadS } = options.settings;
    this.clockTolerance = { behindS, aheadS };
  }

  /** `none` when the events could not be stored: whoever gets no answer asks again. */
  dispatch(connection: CallingConnection, call: InboundCall): CallOutcome | Promise<CallOutcome> {
    const { version } = connection.identity;
    const handler = handlerFor(version, call.action);
    if (!handler) return this.refused(call, 'NotImplemented', `${call.action} is not handled by this CSMS`);
    const registration = this.registrationOf(connection);
    if (!isAllowed(connection, call.action, registration)) {
      return this.refused(
        call,
        'SecurityError',
        `${call.action} is not allowed while the registration is ${registration}`,
      );
    }
    let handled: Handled | Promise<Handled>;
    const context = this.contextOf(connection, registration);
    try {
      handled = handle(handler, context, call);
    } catch (error) {
      return this.failed(connection, call, error);
    }
    const conclude = (done: Handled) => {
      noteSession(connection.memory, done);
      return this.conclude(connection, call, context, done);
    };
    if (!(handled instanceof Promise)) return conclude(handled);
    return handled.then(conclude, (error: unknown) => this.failed(connection, call, error));
  }

  private failed({ key }: CallingConnection, call: InboundCall, error: unknown): CallOutcome {
    const { action, messageId } = call;
    this.options.logger.error({ err: error, action, messageId, charger: key }, 'a handler failed');
    return this.refused(call, 'InternalError', 'The CSMS failed to handle the message.');
  }

  /** A CALL whose payload cannot be made valid. @returns null when it is to be refused. */
  dispatchInvalid(
    connection: CallingConnection,
    call: InboundCall,
    { description }: OcppError,
  ): CallOutcome | Promise<CallOutcome> | null {
    const context = this.contextOf(connection, this.registrationOf(connection));
    const handled = unreadableTransaction(call.action, context, messageOf(call), description);
    return handled && this.conclude(connection, call, context, handled);
  }

  private conclude(
    { identity }: CallingConnection,
    call: InboundCall,
    context: HandlerContext,
    handled: Handled,
  ): CallOutcome | Promise<CallOutcome> {
    const { publisher, metrics, source, logger } = this.options;
    const result: CallOutcome = { kind: 'result', payload: handled.response };
    const startedMs = performance.now();
    const span = isTracing() ? receiveSpan(identity, call) : null;
    const events = handled.events.map((draft) =>
      chargerEventRecord(envelope(identity, draft, context.receivedAt, call.messageId), source),
    );
    const records = tracedRecords(events, span);
    if (logger.isLevelEnabled('debug')) logHandled(logger, identity, call, handled);
    if (handled.receipt === 'immediate') {
      if (records.length > 0) void publisher.publish(records).catch(() => undefined); // the publisher tells of it itself
      metrics.inbound(call.action, 'answered');
      metrics.answered(call.action, (performance.now() - startedMs) / 1000);
      span?.end();
      return result;
    }
    return publisher.publish(records).then(
      () => {
        metrics.inbound(call.action, 'answered');
        metrics.answered(call.action, (performance.now() - startedMs) / 1000);
        span?.end();
        return result;
      },
      (error: unknown): CallOutcome => {
        metrics.inbound(call.action, 'not-stored');
        span?.end(error);
        return { kind: 'none' };
      },
    );
  }

  private contextOf({ identity, memory }: CallingConnection, registration: RegistrationStatus): HandlerContext {
    const { settings, tokens, activeTokens, vendors, clock } = this.options;
    const receivedAtMs = clock();
    return {
      connection: identity,
      memory,
      registration,
      tokens,
      activeTokens,
      vendors,
      heartbeatIntervalS: settings.heartbeatIntervalS,
      bootRetryIntervalS: settings.bootRetryIntervalS,
      signsCertificates: settings.certificateSigner !== 'off',
      clockTolerance: this.clockTolerance,
      receivedAtMs,
      receivedAt: new Date(receivedAtMs).toISOString(),
    };
  }

  /** A charger nobody registered is only here because registration is automatic: core accepts it. */
  private registrationOf({ key }: CallingConnection): RegistrationStatus {
    return this.options.registry.byKey(key)?.registration ?? 'ACCEPTED';
  }

  private refused(
    call: InboundCall,
    code: 'NotImplemented' | 'SecurityError' | 'InternalError',
    text: string,
  ): CallOutcome {
    this.options.metrics.inbound(call.action, code);
    return { kind: 'error', error: new OcppError(code, text) };
  }
}

/**
 * 2.0.1 B02.FR.09, B03.FR.07: before it is accepted a station may only send BootNotification, and while Pending what it was asked for.
 * Transaction messages are never refused, or the charger might drop them. 1.6 §4.2 names no error: its messages are answered.
 */
function isAllowed({ identity, memory }: CallingConnection, action: string, registration: RegistrationStatus): boolean {
  if (registration === 'ACCEPTED' || identity.version === '1.6') return true;
  if (action === 'BootNotification' || action === 'TransactionEvent') return true;
  return registration === 'PENDING' && (action === 'NotifyReport' || memory.triggered.has(action));
}

/** From the frame to its receipt. The trace of everything the message leads to begins here. */
function receiveSpan({ tenantId, chargerId, version }: ConnectionIdentity, call: InboundCall): TracedSpan | null {
  const attributes = {
    'rpc.system': 'ocpp',
    'rpc.method': call.action,
    'ocpp.version': version,
    'ocpp.message_id': call.messageId,
    'chargestream.tenant_id': tenantId,
    'chargestream.charger_id': chargerId,
  };
  return startSpan(`receive ${call.action}`, { kind: 'server', attributes, startedAtMs: call.receivedAtMs });
}

function handle(handler: AnyHandler, context: HandlerContext, call: InboundCall): Handled | Promise<Handled> {
  return handler(context, messageOf(call) as InboundMessage<never>);
}

/** For the message log. A session that began on another connection is not known here. */
function noteSession(memory: ConnectionMemory, { events }: Handled): void {
  for (const { type, data } of events) {
    let sessionId: string | null = null;
    if (type === 'TransactionReported') sessionId = data.sessionKey;
    else if (type === 'MeterValuesReported') sessionId = memory.sessionOf(Number(data.transactionId));
    if (sessionId !== null) memory.callIsAbout(sessionId);
  }
}

function messageOf({ messageId, payload, raw }: InboundCall): InboundMessage<unknown> {
  return { messageId, payload, hash: () => hashOfCall(raw, messageId, payload) };
}

/** An event's correlationId is its own id, which everything that comes of it carries. */
function logHandled(logger: Logger, { tenantId, chargerId }: ConnectionIdentity, call: InboundCall, handled: Handled) {
  const { action, messageId } = call;
  const correlationIds = handled.events.map(({ id }) => id);
  logger.debug({ charger: chargerKey(tenantId, chargerId), action, messageId, correlationIds }, 'a message is handled');
}

/** Puts a draft into its envelope. */
export function envelope(
  { tenantId, chargerId, epoch, version }: ConnectionIdentity,
  draft: EventDraft,
  receivedAt: string,
  ocppMessageId: string | null,
  correlationId: string = draft.id,
): ChargerEvent {
  return {
    id: draft.id,
    type: draft.type,
    schemaVersion: 1,
    tenantId,
    chargerId,
    correlationId,
    causationId: correlationId === draft.id ? null : correlationId,
    connectionEpoch: epoch,
    ocppVersion: version,
    ocppMessageId,
    occurredAt: draft.occurredAt,
    receivedAt,
    data: draft.data,
  } as ChargerEvent;
}
