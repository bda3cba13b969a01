import { OcppError, type CallOutcome, type InboundCall } from '@chargestream/ocpp';
import type { Clock } from '../clock';
import type { Connector } from '../connector';
import type { Dialect } from '../dialects';
import type { OcppVersionName } from '../journal';
import type { Lifeline } from '../lifeline';
import type { ConnectorStatus, Payload, StopCause } from '../message';
import type { Outbox } from '../outbox';
import type { Outlets } from '../outlets';
import type { RunningSession } from '../running-session';
import type { Traffic } from '../traffic';
import type { Command, CommandTarget, RemoteStartRequest } from './command-target';
import { COMMANDS_16 } from '../v16/commands';
import type { Equipment } from '../v16/equipment';
import { COMMANDS_2X } from './commands-2.x';
import type { Configuration } from './configuration';
import { DEFAULT_ANSWERS } from './default-answers';

export interface ChargerControlOptions {
  version: OcppVersionName;
  dialect: Dialect;
  traffic: Traffic;
  clock: Clock;
  configuration: Configuration;
  equipment: Equipment;
  nowMs(): number;
  reconnect(): void;
  charger(): { lifeline: Lifeline; outlets: Outlets; outbox: Outbox };
  timestamp(): string;
  tellStatus(connector: Connector): void;
}

/** A car started by command stays this long, in simulated seconds, unless it is full or stopped before. */
const REMOTE_SESSION_S = 4 * 3600;

/** Answers the server's commands and does what they say. */
export class ChargerControl implements CommandTarget {
  private readonly commands: Readonly<Record<string, Command>>;

  constructor(private readonly options: ChargerControlOptions) {
    this.commands = options.version === '1.6' ? COMMANDS_16 : COMMANDS_2X;
  }

  /** Never throws: an action nobody wrote an answer for is NotImplemented. */
  answer(call: InboundCall): CallOutcome | Promise<CallOutcome> {
    this.options.traffic.commanded(call.action);
    const request = call.payload as Payload;
    const command = this.commands[call.action];
    if (command) return result(command(this, request));
    const answer = DEFAULT_ANSWERS[this.options.version][call.action];
    if (answer) return { kind: 'result', payload: answer(request) };
    return { kind: 'error', error: new OcppError('NotImplemented', `${call.action} is not for chargers`) };
  }

  get configuration(): Configuration {
    return this.options.configuration;
  }

  get equipment(): Equipment {
    return this.options.equipment;
  }

  nowMs(): number {
    return this.options.nowMs();
  }

  reconnect(): void {
    this.options.reconnect();
  }

  get connectorIds(): number[] {
    return this.outlets.connectors.map(({ id }) => id);
  }

  sessionAt(connectorId: number): RunningSession | undefined {
    return this.outlets.at(connectorId)?.session ?? undefined;
  }

  sessionOf(transactionId: number | string): RunningSession | undefined {
    return this.sessions().find(({ facts }) => [facts.transactionId, facts.sessionRef].includes(transactionId));
  }

  sessions(): RunningSession[] {
    return this.outlets.sessions;
  }

  startRemotely({ connectorId, idToken, remoteStartId, began }: RemoteStartRequest): boolean {
    const connector = this.outlets.select(connectorId ?? 0).find(({ id }) => this.outlets.admits(id, idToken));
    if (!connector) return false;
    this.later(() => {
      const charge = { connectorId: connector.id, idToken, durationS: REMOTE_SESSION_S, startSoc: 0.2 };
      void this.outlets.charge(charge, { remoteStartId, began });
    });
    return true;
  }

  reset(cause: Extract<StopCause, 'reset-soft' | 'reset-hard'>, when: 'now' | 'idle'): void {
    const running = this.sessions();
    if (when === 'now') for (const session of running) session.stop(cause);
    void Promise.all(running.map((session) => session.done)).then(() => this.lifeline.reboot('RemoteReset'));
  }

  statusOf(connectorId: number): ConnectorStatus {
    return this.outlets.at(connectorId)?.status ?? 'Unavailable';
  }

  setAvailability(connectorId: number, operative: boolean): boolean {
    let waits = false;
    for (const connector of this.outlets.select(connectorId)) {
      connector.becomesInoperative = !operative && connector.session !== null;
      waits ||= connector.becomesInoperative;
      if (connector.becomesInoperative) continue;
      connector.isOperative = operative;
      this.later(() => this.options.tellStatus(connector));
    }
    return waits;
  }

  reserve(reservationId: number, connectorId: number, idToken: string): boolean {
    const connector = this.outlets.select(connectorId).find((candidate) => candidate.isFreeFor());
    if (!connector) return false;
    connector.reservation = { id: reservationId, idToken };
    this.later(() => this.options.tellStatus(connector));
    return true;
  }

  cancelReservation(reservationId: number): boolean {
    const connector = this.outlets.connectors.find(({ reservation }) => reservation?.id === reservationId);
    if (!connector) return false;
    connector.reservation = null;
    this.later(() => this.options.tellStatus(connector));
    return true;
  }

  limitPower(connectorId: number, limitW: number | null): void {
    for (const connector of this.outlets.select(connectorId)) connector.limitPower(limitW);
  }

  owes(transactionId?: string): boolean {
    return this.options.charger().outbox.owes(transactionId);
  }

  later(send: () => void): void {
    this.options.clock.after(0, send);
  }

  sendBoot(): void {
    this.lifeline.sendBoot();
  }

  sendHeartbeat(): void {
    this.lifeline.tell(this.options.dialect.heartbeat());
  }

  sendStatus(connectorId: number): void {
    for (const connector of this.outlets.select(connectorId)) this.options.tellStatus(connector);
  }

  sendMeterValues(connectorId: number): void {
    const connector = this.outlets.at(connectorId);
    if (!connector) return;
    const idle = { registerWh: connector.registerWh, powerW: 0, socPercent: null, voltageV: [230], currentA: [0] };
    const reading = connector.session?.curve.read() ?? idle;
    this.lifeline.tell(this.options.dialect.idleMeterValues(connectorId, this.timestamp(), reading));
  }

  send(action: string, payload: Payload): void {
    this.lifeline.tell({ action, payload });
  }

  timestamp(): string {
    return this.options.timestamp();
  }

  private get outlets(): Outlets {
    return this.options.charger().outlets;
  }

  private get lifeline(): Lifeline {
    return this.options.charger().lifeline;
  }
}

function result(payload: Payload | Promise<Payload>): CallOutcome | Promise<CallOutcome> {
  if (payload instanceof Promise) return payload.then((settled) => ({ kind: 'result', payload: settled }));
  return { kind: 'result', payload };
}
