import type { Clock } from './clock';
import type { FaultOrder } from './faults';
import type { Gate } from './gate';
import type { MessageJournal } from './journal';
import type { StopCause } from './message';
import type { Random } from './random';
import type { Endpoint } from './socket';
import type { Traffic } from './traffic';

export interface SimulatedChargerOptions extends Endpoint {
  /** Same seed, same life. */
  random: Random;
  /** Gives session ids; random UUIDs unless given. Two runs against one server must not give the same ones. */
  newId?: () => string;
  clock?: Clock;
  /** Outlets; EVSEs with one connector each in 2.x. Default 2. */
  connectors?: number;
  /** What its outlets give. Default 22 kW AC. */
  outlet?: { current: 'AC' | 'DC'; maxPowerW: number };
  /** Simulated seconds in a real one: batteries fill faster and intervals shrink; timestamps stay real. Default 1. */
  speed?: number;
  journal?: MessageJournal;
  traffic?: Traffic;
  /** Shared by the chargers of a depot. */
  gate?: Gate;
  /** Where it connects to with security profiles 2 and 3 (wss:); `url` unless given. */
  securedUrl?: string;
  /** Initial values of configuration keys, in 1.6's names. */
  configuration?: Record<string, string>;
  callTimeoutMs?: number;
  minBackoffMs?: number;
  maxBackoffMs?: number;
  /** Wait after a CALLERROR or an unanswered session message. */
  retryIntervalMs?: number;
  /** What it does wrong from the beginning. */
  faults?: readonly FaultOrder[];
  /** How far its clock is off from the beginning, ms. */
  clockOffsetMs?: number;
  /** How likely it boots anew on a mere reconnect, as some chargers do. Default 0.2. */
  bootsOnReconnect?: number;
}

export interface ChargeRequest {
  connectorId: number;
  idToken: string;
  /** Simulated seconds after which the driver leaves. */
  durationS: number;
  /** 0..1; chance decides when absent. */
  startSoc?: number;
  sampling?: 'interval' | 'asap';
  /** How the driver leaves; chance decides when absent. */
  departure?: StopCause;
}

/** How a charge came about by command. */
export interface RemoteStart {
  remoteStartId?: number;
  /** Called when the session began, with its connector. */
  began?(connectorId: number): void;
}

export type ChargeOutcome =
  { kind: 'ended'; cause: StopCause; energyWh: number } | { kind: 'refused'; idToken: string } | { kind: 'occupied' };
