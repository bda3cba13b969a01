import type { ConnectorStatus, Payload, StopCause } from '../message';
import type { RunningSession } from '../running-session';
import type { Equipment } from '../v16/equipment';
import type { Configuration } from './configuration';

export interface RemoteStartRequest {
  connectorId?: number;
  idToken: string;
  remoteStartId?: number;
  /** Called when the transaction began, with its connector. */
  began?(connectorId: number): void;
}

/** What the answers to a CSMS's commands may do with a charger. */
export interface CommandTarget {
  readonly configuration: Configuration;
  readonly equipment: Equipment;
  readonly connectorIds: readonly number[];
  /** Session at a connector, or any if it has that transactionId. */
  sessionAt(connectorId: number): RunningSession | undefined;
  sessionOf(transactionId: number | string): RunningSession | undefined;
  sessions(): RunningSession[];
  /** @returns false when no connector is free for it */
  startRemotely(request: RemoteStartRequest): boolean;
  /** Stops sessions, closes, and comes back with a BootNotification. */
  reset(cause: Extract<StopCause, 'reset-soft' | 'reset-hard'>, when: 'now' | 'idle'): void;
  statusOf(connectorId: number): ConnectorStatus;
  /** Connector 0 is all. @returns whether it waits for a session to end */
  setAvailability(connectorId: number, operative: boolean): boolean;
  reserve(reservationId: number, connectorId: number, idToken: string): boolean;
  cancelReservation(reservationId: number): boolean;
  /** Connector 0 is all; null takes the limit away. */
  limitPower(connectorId: number, limitW: number | null): void;
  owes(transactionId?: string): boolean;
  /** After the answer is out: each is one message that the charger sends of its own. */
  later(send: () => void): void;
  sendBoot(): void;
  sendHeartbeat(): void;
  sendStatus(connectorId: number): void;
  sendMeterValues(connectorId: number): void;
  send(action: string, payload: Payload): void;
  timestamp(): string;
  /** The charger's clock, ms. */
  nowMs(): number;
  /** Closes and connects again, with the credentials and certificates of now. */
  reconnect(): void;
}

export type Command = (charger: CommandTarget, request: Payload) => Payload | Promise<Payload>;

export const ACCEPTED = { status: 'Accepted' } as const;
export const REJECTED = { status: 'Rejected' } as const;

export function verdict(accepted: boolean): Payload {
  return accepted ? ACCEPTED : REJECTED;
}

interface Schedule {
  chargingRateUnit: 'A' | 'W';
  chargingSchedulePeriod: { limit: number }[];
}

/** The limit of a schedule's first period in watts; amperes count for three phases at 230 V. */
export function firstLimitW(schedule: Schedule | undefined): number | null {
  const limit = schedule?.chargingSchedulePeriod[0]?.limit;
  if (limit === undefined) return null;
  return schedule!.chargingRateUnit === 'A' ? limit * 3 * 230 : limit;
}

/** Sends what a TriggerMessage asks for. @returns its status */
export function trigger(charger: CommandTarget, requested: string, connectorId: number | undefined): string {
  const connectors = connectorId === undefined || connectorId === 0 ? charger.connectorIds : [connectorId];
  if (connectors.some((id) => !charger.connectorIds.includes(id))) return 'Rejected';
  switch (requested) {
    case 'BootNotification':
      charger.later(() => charger.sendBoot());
      return 'Accepted';
    case 'Heartbeat':
      charger.later(() => charger.sendHeartbeat());
      return 'Accepted';
    case 'StatusNotification':
      charger.later(() => connectors.forEach((id) => charger.sendStatus(id)));
      return 'Accepted';
    case 'MeterValues':
      charger.later(() => connectors.forEach((id) => charger.sendMeterValues(id)));
      return 'Accepted';
    case 'TransactionEvent':
      charger.later(() => connectors.forEach((id) => charger.sessionAt(id)?.sampleNow()));
      return 'Accepted';
    default:
      return 'NotImplemented';
  }
}

/** Resets, and says how. */
export function resetNow(charger: CommandTarget, isHard: boolean): Payload {
  charger.later(() => charger.reset(isHard ? 'reset-hard' : 'reset-soft', 'now'));
  return ACCEPTED;
}
