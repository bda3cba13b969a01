import { hash } from 'node:crypto';
import type { ChargerEvent, ProtocolVersion, RegistrationStatus } from '@chargestream/contracts';
import type { ActiveTokens } from '../tables/active-tokens';
import type { TokenAuthority } from '../tables/token-authority';
import type { ClockTolerance } from '../translation/timestamps';
import type { VendorDesk } from '../vendors/vendor-desk';
import type { ConnectionMemory } from './connection-memory';

/** Who is talking. Fixed for the life of a connection. */
export interface ConnectionIdentity {
  tenantId: string;
  chargerId: string;
  connectionId: string;
  /** Offset of the connection's record; orders the connections of one charger. */
  epoch: number;
  version: ProtocolVersion;
}

/** All that a handler may look at besides its message: it does no I/O and reads no clock. */
export interface HandlerContext {
  connection: ConnectionIdentity;
  memory: ConnectionMemory;
  registration: RegistrationStatus;
  tokens: Pick<TokenAuthority, 'authorize'>;
  activeTokens: Pick<ActiveTokens, 'hasAnother' | 'started' | 'ended'>;
  vendors: Pick<VendorDesk, 'answer'>;
  heartbeatIntervalS: number;
  /** After how long a charger that is not accepted boots again, so that an operator's approval shows. */
  bootRetryIntervalS: number;
  /** Whether there is somebody who signs chargers' certificates. */
  signsCertificates: boolean;
  clockTolerance: ClockTolerance;
  receivedAtMs: number;
  /** The same instant, ISO 8601 UTC. */
  receivedAt: string;
}

export interface InboundMessage<Payload> {
  messageId: string;
  payload: Payload;
  /** 128-bit hash of the payload as it was sent, without the messageId: a retry with a new one has the same. */
  hash: () => string;
}

/** What distinguishes an event from its envelope. */
export type EventDraft = {
  [Type in ChargerEvent['type']]: Pick<Extract<ChargerEvent, { type: Type }>, 'id' | 'type' | 'occurredAt' | 'data'>;
}[ChargerEvent['type']];

export interface Handled<Response = object> {
  response: Response;
  events: EventDraft[];
  /** `durable`: the answer is a receipt and waits for the events. `immediate`: nothing depends on them. */
  receipt: 'durable' | 'immediate';
}

/** A promise only where somebody else has to be asked: everything that comes after it from this charger waits. */
export type Handler<Payload, Response = object> = (
  context: HandlerContext,
  message: InboundMessage<Payload>,
) => Handled<Response> | Promise<Handled<Response>>;

/** The usual outcome: answer when these events are safe. */
export function receipt<Response>(response: Response, ...events: EventDraft[]): Handled<Response> {
  return { response, events, receipt: 'durable' };
}

/** `then` for what may be there already: the synchronous path costs no microtask. */
export function whenDone<Value, Result>(value: Value | Promise<Value>, next: (value: Value) => Result) {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** Parts of an id for messages that have no natural key: this arrival, and no other. */
export function arrivalKey(context: HandlerContext, messageId: string): [number, string, number] {
  return [context.connection.epoch, messageId, context.receivedAtMs];
}

/** Hash of what follows the messageId in a CALL's text; of the payload when the text is laid out in another way. */
export function hashOfCall(text: string, messageId: string, payload: unknown): string {
  const head = `[2,"${messageId}",`;
  const body = text.startsWith(head) ? text.slice(head.length) : JSON.stringify(payload, withoutBigInts);
  return hash('sha256', body, 'hex').slice(0, 32);
}

function withoutBigInts(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
