import { randomUUID } from 'node:crypto';
import { ChargingCurve, randomVehicle } from './charging-curve';
import type { Clock } from './clock';
import type { Configuration } from './commands/configuration';
import { Connector } from './connector';
import type { SessionFacts, SessionMoment } from './dialects';
import type { ChargeOutcome, ChargeRequest, RemoteStart, SimulatedChargerOptions } from './options';
import { RunningSession } from './running-session';
import type { Traffic } from './traffic';
import { knownToken } from './v16/authorization';
import type { Equipment } from './v16/equipment';

export interface OutletsOptions {
  charger: SimulatedChargerOptions;
  clock: Clock;
  traffic: Traffic;
  speed: number;
  configuration: Configuration;
  equipment: Equipment;
  isOffline(): boolean;
  timestamp(): string;
  /** Whether the server accepts the token, or, offline, did so before. */
  authorize(idToken: string): Promise<boolean>;
  statusChanged(connector: Connector): void;
  /** A session began at a connector, or ended. */
  sessionsChanged(connector: Connector): void;
  emit(facts: SessionFacts, moment: SessionMoment): void;
  caughtUp(signal: AbortSignal): Promise<void>;
}

/** The outlets of a charger and the cars at them. */
export class Outlets {
  readonly connectors: readonly Connector[];
  private isClosed = false;

  constructor(private readonly options: OutletsOptions) {
    const { connectors = 2, random } = options.charger;
    this.connectors = Array.from(
      { length: connectors },
      (_, index) => new Connector(index + 1, random.integer(1_000, 9_000_000)),
    );
  }

  get sessions(): RunningSession[] {
    return this.connectors.flatMap(({ session }) => session ?? []);
  }

  at(connectorId: number): Connector | undefined {
    return this.connectors[connectorId - 1];
  }

  /** All for 0 and none for an unknown one. */
  select(connectorId: number): readonly Connector[] {
    if (connectorId === 0) return this.connectors;
    const connector = this.at(connectorId);
    return connector ? [connector] : [];
  }

  /** Whether a driver with this token may take the connector, by what is reserved. */
  admits(connectorId: number, idToken: string): boolean {
    const { reservations } = this.options.equipment;
    const parentIdTag = this.parentOf(idToken);
    const isFree = this.at(connectorId)?.isFreeFor(idToken, parentIdTag) ?? false;
    return isFree && reservations.leavesRoom(connectorId, idToken, parentIdTag);
  }

  /** No car comes any more. */
  close(): void {
    this.isClosed = true;
  }

  /** A driver comes with a token, charges, and leaves. Resolves when the outlet is free again. */
  async charge(request: ChargeRequest, remote?: RemoteStart): Promise<ChargeOutcome> {
    const connector = this.at(request.connectorId);
    if (this.isClosed || !connector) return { kind: 'occupied' };
    // 1.6 §5.13: a token whose group is not known is asked about, for the reservation may be its group's.
    const mayBeOfGroup =
      connector.reservation?.parentIdTag !== undefined && this.parentOf(request.idToken) === undefined;
    if (mayBeOfGroup && connector.reservation?.idToken !== request.idToken)
      await this.options.authorize(request.idToken);
    if (!this.admits(connector.id, request.idToken)) return { kind: 'occupied' };
    connector.isTaken = true;
    this.occupy(connector, 'Preparing');
    try {
      // 1.6 §5.11 AuthorizeRemoteTxRequests, 2.0.1 F01.FR.01 AuthorizeRemoteStart: false takes the server at its word.
      const mustAsk = !remote || this.options.configuration.flag('AuthorizeRemoteTxRequests');
      if (mustAsk && !(await this.options.authorize(request.idToken))) {
        return { kind: 'refused', idToken: request.idToken };
      }
      if (this.isClosed) return { kind: 'occupied' };
      return await this.chargeAt(connector, request, remote);
    } finally {
      connector.isTaken = false;
      this.occupy(connector, connector.isPlugged ? 'Finishing' : null);
    }
  }

  private async chargeAt(connector: Connector, request: ChargeRequest, remote?: RemoteStart): Promise<ChargeOutcome> {
    const { traffic } = this.options;
    const beganWh = connector.registerWh;
    const session = this.openSession(connector, request, remote);
    connector.session = session;
    connector.reservation = null;
    if (session.facts.reservationId !== undefined) this.options.equipment.reservations.use(session.facts.reservationId);
    remote?.began?.(connector.id);
    this.options.sessionsChanged(connector);
    traffic.sessionsStarted++;
    this.occupy(connector, 'Charging');
    const cause = await session.done;
    connector.session = null;
    this.options.sessionsChanged(connector);
    connector.registerWh = session.curve.read().registerWh;
    if (connector.becomesInoperative) connector.isOperative = connector.becomesInoperative = false;
    const energyWh = connector.registerWh - beganWh;
    traffic.sessionsEnded++;
    this.occupy(connector, 'Finishing');
    return { kind: 'ended', cause, energyWh };
  }

  private openSession(connector: Connector, request: ChargeRequest, remote?: RemoteStart): RunningSession {
    const { clock, speed, configuration, timestamp, isOffline, emit, caughtUp, charger, traffic, equipment } =
      this.options;
    let meteredWh = connector.registerWh;
    const { random, newId = randomUUID, outlet = { current: 'AC', maxPowerW: 22_000 } } = charger;
    const vehicle = randomVehicle(random, outlet);
    const startSoc = request.startSoc ?? random.between(0.1, 0.7);
    const curve = new ChargingCurve(vehicle, { startSoc, registerWh: connector.registerWh }, random);
    curve.limitPower(connector.limitW ?? Number.POSITIVE_INFINITY);
    const reservation = equipment.reservations.usedBy(connector.id, request.idToken, this.parentOf(request.idToken));
    const facts: SessionFacts = {
      sessionRef: newId(),
      connectorId: connector.id,
      idToken: request.idToken,
      trigger: remote ? 'remote' : 'local',
      remoteStartId: remote?.remoteStartId,
      phases: vehicle.phases,
      transactionId: null,
      ...(reservation && { reservationId: reservation.id }),
      seqNo: 0,
    };
    return new RunningSession({
      facts,
      curve,
      clock,
      speed,
      sampling:
        request.sampling === 'asap'
          ? { kind: 'asap' }
          : { kind: 'interval', intervalS: () => configuration.number('MeterValueSampleInterval') },
      durationS: request.durationS,
      departure: request.departure ?? random.pick(['user', 'unplugged'] as const),
      timestamp,
      isOffline,
      emit: (moment) => {
        traffic.energyWh += moment.reading.registerWh - meteredWh;
        meteredWh = moment.reading.registerWh;
        emit(facts, moment);
      },
      caughtUp,
    });
  }

  private parentOf(idToken: string): string | undefined {
    const { configuration, equipment } = this.options;
    return knownToken({ configuration, cache: equipment.cache, localList: equipment.localList }, idToken)?.parentIdTag;
  }

  private occupy(connector: Connector, occupancy: Connector['occupancy']): void {
    connector.occupancy = occupancy;
    this.options.statusChanged(connector);
  }
}
