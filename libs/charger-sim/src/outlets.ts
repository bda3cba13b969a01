import { randomUUID } from 'node:crypto';
import { ChargingCurve, randomVehicle } from './charging-curve';
import type { Clock } from './clock';
import type { Configuration } from './commands/configuration';
import { Connector } from './connector';
import type { SessionFacts, SessionMoment } from './dialects';
import type { ChargeOutcome, ChargeRequest, RemoteStart, SimulatedChargerOptions } from './options';
import { RunningSession } from './running-session';
import type { Traffic } from './traffic';

export interface OutletsOptions {
  charger: SimulatedChargerOptions;
  clock: Clock;
  traffic: Traffic;
  speed: number;
  configuration: Configuration;
  isOffline(): boolean;
  timestamp(): string;
  /** Whether the server accepts the token, or, offline, did so before. */
  authorize(idToken: string): Promise<boolean>;
  statusChanged(connector: Connector): void;
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

  /** No car comes any more. */
  close(): void {
    this.isClosed = true;
  }

  /** A driver comes with a token, charges, and leaves. Resolves when the outlet is free again. */
  async charge(request: ChargeRequest, remote?: RemoteStart): Promise<ChargeOutcome> {
    const connector = this.at(request.connectorId);
    if (this.isClosed || !connector?.isFreeFor(request.idToken)) return { kind: 'occupied' };
    connector.isTaken = true;
    this.occupy(connector, 'Preparing');
    try {
      // 1.6 §5.11 AuthorizeRemoteTxRequests, 2.0.1 F01.FR.01 AuthorizeRemoteStart: false takes the server at its word.
      const mustAsk = !remote || this.options.configuration.text('AuthorizeRemoteTxRequests') === 'true';
      if (mustAsk && !(await this.options.authorize(request.idToken))) {
        return { kind: 'refused', idToken: request.idToken };
      }
      if (this.isClosed) return { kind: 'occupied' };
      return await this.chargeAt(connector, request, remote);
    } finally {
      connector.isTaken = false;
      this.occupy(connector, null);
    }
  }

  private async chargeAt(connector: Connector, request: ChargeRequest, remote?: RemoteStart): Promise<ChargeOutcome> {
    const { traffic } = this.options;
    const beganWh = connector.registerWh;
    const session = this.openSession(connector, request, remote);
    connector.session = session;
    connector.reservation = null;
    traffic.sessionsStarted++;
    this.occupy(connector, 'Charging');
    const cause = await session.done;
    connector.session = null;
    connector.registerWh = session.curve.read().registerWh;
    if (connector.becomesInoperative) connector.isOperative = connector.becomesInoperative = false;
    const energyWh = connector.registerWh - beganWh;
    traffic.sessionsEnded++;
    this.occupy(connector, 'Finishing');
    return { kind: 'ended', cause, energyWh };
  }

  private openSession(connector: Connector, request: ChargeRequest, remote?: RemoteStart): RunningSession {
    const { clock, speed, configuration, timestamp, isOffline, emit, caughtUp, charger, traffic } = this.options;
    let meteredWh = connector.registerWh;
    const { random, newId = randomUUID, outlet = { current: 'AC', maxPowerW: 22_000 } } = charger;
    const vehicle = randomVehicle(random, outlet);
    const startSoc = request.startSoc ?? random.between(0.1, 0.7);
    const curve = new ChargingCurve(vehicle, { startSoc, registerWh: connector.registerWh }, random);
    curve.limitPower(connector.limitW ?? Number.POSITIVE_INFINITY);
    const facts: SessionFacts = {
      sessionRef: newId(),
      connectorId: connector.id,
      idToken: request.idToken,
      trigger: remote ? 'remote' : 'local',
      remoteStartId: remote?.remoteStartId,
      phases: vehicle.phases,
      transactionId: null,
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

  private occupy(connector: Connector, occupancy: Connector['occupancy']): void {
    connector.occupancy = occupancy;
    this.options.statusChanged(connector);
  }
}
