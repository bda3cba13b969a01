import { pause, systemClock, type Clock } from './clock';
import { Configuration } from './commands/configuration';
import { ChargerControl } from './commands/charger-control';
import type { Connector } from './connector';
import { DIALECTS, type Dialect, type SessionFacts } from './dialects';
import { Journal, type MessageJournal, type OcppVersionName } from './journal';
import { Faults } from './faults';
import { Lifeline } from './lifeline';
import type { Payload } from './message';
import type { ChargeOutcome, ChargeRequest, SimulatedChargerOptions } from './options';
import { Outbox } from './outbox';
import { Outlets } from './outlets';
import type { RunningSession } from './running-session';
import type { ReceivedCall } from './scripted-charger';
import { Traffic } from './traffic';
import { isAuthorizedOffline, isPreAuthorized } from './v16/authorization';
import { Equipment } from './v16/equipment';
import { type IdTagInfo } from './v16/id-tag-info';
import { newSigningKey } from './v16/signing-key';
import { passwordOf, secure } from './v16/security-profile';

/** How long closing handshakes may take: ten thousand of them at once take some seconds. */
const CLOSING_MS = 10_000;

/** A soak of days must not fill the memory. */
const MAX_REMEMBERED_CALLS = 200;
const DEFAULT_POWER_W = 22_000;
/** No retry comes sooner, whatever the time lapse. */
const SHORTEST_RETRY_MS = 250;

/** A charger that lives on its own: connects, boots, charges when asked to, queues while offline, obeys commands. */
export class SimulatedCharger {
  readonly clock: Clock;
  readonly configuration: Configuration;
  readonly traffic: Traffic;
  readonly journal: MessageJournal;
  /** What it does wrong because it was told to. */
  readonly faults: Faults;
  /** What a 1.6 charger holds besides its outlets. */
  readonly equipment: Equipment;
  /** The server's last CALLs, oldest first. */
  readonly receivedCalls: ReceivedCall[] = [];
  private readonly dialect: Dialect;
  private readonly lifeline: Lifeline;
  private readonly outbox: Outbox;
  private readonly outlets: Outlets;
  /** Last status told per connector, as the dialect spells it. */
  private readonly toldStatus = new Map<number, string>();
  private lastStampMs = 0;
  private stampOffsetMs = 0;

  constructor(private readonly options: SimulatedChargerOptions) {
    const { version, speed = 1 } = options;
    this.clock = options.clock ?? systemClock;
    this.traffic = options.traffic ?? new Traffic();
    this.journal = options.journal ?? new Journal();
    this.dialect = DIALECTS[version];
    this.configuration = new Configuration(options.configuration, options.connectors ?? 2);
    this.faults = new Faults(options.random.fork('faults'), options.faults);
    this.faults.clockOffsetMs = options.clockOffsetMs ?? 0;
    this.equipment = this.makeEquipment();
    const shared = {
      faults: this.faults,
      equipment: this.equipment,
      charger: options,
      clock: this.clock,
      traffic: this.traffic,
      speed,
      configuration: this.configuration,
    };
    const control = new ChargerControl({
      version,
      dialect: this.dialect,
      traffic: this.traffic,
      clock: this.clock,
      configuration: this.configuration,
      equipment: this.equipment,
      nowMs: () => this.nowMs(),
      reconnect: () => void this.reconnect(),
      charger: () => ({ lifeline: this.lifeline, outlets: this.outlets, outbox: this.outbox }),
      timestamp: () => this.timestamp(),
      tellStatus: (connector) => this.tellStatus(connector, true),
    });
    this.lifeline = new Lifeline({
      ...shared,
      journal: this.journal,
      dialect: this.dialect,
      onCall: (call) => {
        this.receivedCalls.push({ action: call.action, payload: call.payload as Payload, messageId: call.messageId });
        if (this.receivedCalls.length > MAX_REMEMBERED_CALLS) this.receivedCalls.shift();
        return control.answer(call);
      },
      onOnline: () => this.cameOnline(),
      onOffline: () => this.outbox.queue.offline(),
    });
    this.outbox = new Outbox({
      chargerId: options.chargerId,
      clock: this.clock,
      random: options.random,
      traffic: this.traffic,
      journal: this.journal,
      dialect: this.dialect,
      attempts: () => this.configuration.number('TransactionMessageAttempts'),
      retryIntervalMs: () => options.retryIntervalMs ?? this.configuredRetryMs(),
      call: (action, payload, messageId) => this.lifeline.call(action, payload, messageId),
      onTokenStatus: (facts, status, response) => this.heardOfToken(facts, status, response),
    });
    this.outlets = new Outlets({
      ...shared,
      isOffline: () => !this.isOnline,
      timestamp: () => this.timestamp(),
      authorize: (idToken) => this.authorize(idToken),
      statusChanged: (connector) => this.tellStatus(connector, false),
      sessionsChanged: (connector) => this.sessionsChanged(connector),
      emit: (facts, moment) => this.outbox.add(facts, moment),
      caughtUp: (signal) => this.drained(signal),
    });
  }

  private makeEquipment(): Equipment {
    const { options, configuration, clock } = this;
    const equipment = new Equipment({
      chargerId: options.chargerId,
      clock,
      speed: options.speed ?? 1,
      configuration,
      maximumW: options.outlet?.maxPowerW ?? DEFAULT_POWER_W,
      now: () => this.nowMs(),
      timestamp: () => this.timestamp(),
      connectors: () => this.outlets.connectors,
      statusChanged: (connector) => this.tellStatus(connector, false),
      send: (action, payload) => this.lifeline.tell({ action, payload }),
      reboot: async () => {
        await this.lifeline.reboot('RemoteReset');
        await this.lifeline.online();
      },
    });
    const { password, url, version } = options;
    if (version !== '1.6') return equipment;
    if (typeof password === 'string') configuration.put('AuthorizationKey', password);
    if (Buffer.isBuffer(password)) configuration.put('AuthorizationKey', password.toString('hex'));
    if (options.configuration?.SecurityProfile === undefined && password !== undefined) {
      configuration.put('SecurityProfile', url.startsWith('wss:') ? '2' : '1');
    }
    secure(configuration, equipment, { reconnect: () => clock.after(0, () => void this.reconnect()) });
    configuration.onSet('HeartbeatInterval', () => this.lifeline.rescheduleHeartbeat());
    return equipment;
  }

  /** Connects again with what the keys of security say now. */
  private reconnect(): Promise<void> {
    const { configuration, equipment, options } = this;
    const profile = configuration.number('SecurityProfile');
    const key = configuration.text('AuthorizationKey') ?? '';
    const { certificates, ownKeyPem } = equipment;
    return this.lifeline.reconnect({
      url: profile >= 2 ? (options.securedUrl ?? options.url) : options.url,
      password: profile === 1 || profile === 2 ? passwordOf(key) : undefined,
      tls:
        profile < 2
          ? undefined
          : {
              ca: certificates.rootsOf('CentralSystemRootCertificate'),
              ...(profile === 3 && { cert: certificates.ownChain ?? undefined, key: ownKeyPem ?? undefined }),
            },
    });
  }

  get chargerId(): string {
    return this.options.chargerId;
  }

  /** Connected and its boot accepted. */
  get isOnline(): boolean {
    return this.lifeline.isOnline;
  }

  get connectorIds(): number[] {
    return this.outlets.connectors.map(({ id }) => id);
  }

  get runningSessions(): number {
    return this.outlets.sessions.length;
  }

  /** Actions of the session messages the server has not acknowledged, oldest first. */
  get owed(): string[] {
    return this.outbox.queue.pending.map(({ action }) => action);
  }

  start(): void {
    this.lifeline.connect();
  }

  /** Resolves when online, or the signal aborts. */
  online(signal?: AbortSignal): Promise<void> {
    return this.lifeline.online(signal);
  }

  /** Resolves when the server took every session message, or the signal aborts. */
  drained(signal?: AbortSignal): Promise<void> {
    return this.outbox.queue.drained(signal);
  }

  /** Loses the network without a word. Sessions go on and their messages wait. */
  loseNetwork(): void {
    this.lifeline.loseNetwork();
  }

  findNetwork(): void {
    this.lifeline.connect();
  }

  sessionAt(connectorId: number): RunningSession | undefined {
    return this.outlets.at(connectorId)?.session ?? undefined;
  }

  /** Whether the server has not acknowledged every message of a session, or of any. */
  owes(sessionRef?: string): boolean {
    return this.outbox.owes(sessionRef);
  }

  /** A car is connected and stays until `unplug`. */
  plugIn(connectorId: number): void {
    const connector = this.outlets.at(connectorId);
    if (!connector)
      throw new RangeError(`${this.chargerId} has no connector ${connectorId}: give 1 to its number of outlets`);
    connector.isPlugged = true;
    connector.occupancy ??= 'Preparing';
    this.tellStatus(connector, false);
  }

  /** The car leaves. A session there is not ended by it. */
  unplug(connectorId: number): void {
    const connector = this.outlets.at(connectorId);
    if (!connector) return;
    connector.isPlugged = false;
    if (connector.session) return;
    connector.occupancy = null;
    this.tellStatus(connector, false);
  }

  /** A fault of the hardware, or NoError for its end. */
  breakDown(connectorId: number, errorCode: string): void {
    for (const connector of this.outlets.select(connectorId)) {
      connector.errorCode = errorCode;
      this.tellStatus(connector, true);
    }
  }

  get version(): OcppVersionName {
    return this.options.version;
  }

  /** Somebody pulls the plug: sessions stop, and it comes back with a BootNotification. */
  async restart(): Promise<void> {
    const running = this.outlets.sessions;
    for (const session of running) session.stop('reset-hard');
    await Promise.all(running.map((session) => session.done));
    await this.lifeline.reboot('PowerUp');
  }

  /** Whitepaper A02: makes a key and asks the server for its certificate (1.6). */
  async signCertificate(): Promise<void> {
    const { equipment, configuration } = this;
    equipment.signingKey = await newSigningKey(this.chargerId, configuration.text('CpoName') ?? '');
    await this.send('SignCertificate', { csr: equipment.signingKey.csrPem });
  }

  /** Sends a message of its own outside of sessions. @returns null when no CALLRESULT came */
  send(action: string, payload: Payload): Promise<Payload | null> {
    return this.lifeline.ask({ action, payload });
  }

  /** A driver comes with a token, charges, and leaves. Resolves when the outlet is free again. */
  charge(request: ChargeRequest): Promise<ChargeOutcome> {
    return this.outlets.charge(request);
  }

  /** Simulated seconds, or until the signal aborts. */
  wait(seconds: number, signal?: AbortSignal): Promise<void> {
    return pause(this.clock, (seconds * 1000) / (this.options.speed ?? 1), signal);
  }

  /** Ends running sessions, waits until the server took what it is owed, at most `graceMs`, and closes. */
  async stop({ graceMs }: { graceMs: number }): Promise<void> {
    this.outlets.close();
    this.equipment.stop();
    const running = this.outlets.sessions;
    for (const session of running) session.stop('user');
    await Promise.all(running.map((session) => session.done));
    if (this.owed.length > 0) {
      this.lifeline.connect();
      const grace = new AbortController();
      const cancelGrace = this.clock.after(graceMs, () => grace.abort());
      await this.drained(grace.signal);
      cancelGrace();
    }
    await this.lifeline.close(Math.min(graceMs, CLOSING_MS));
  }

  /** Strictly increasing, so that no two facts of a charger share a time. ISO 8601 UTC. */
  private timestamp(): string {
    // A clock that is set back is seen; one that stands still is not.
    const { clockOffsetMs } = this.faults;
    if (clockOffsetMs !== this.stampOffsetMs) this.lastStampMs = 0;
    this.stampOffsetMs = clockOffsetMs;
    this.lastStampMs = Math.max(this.nowMs(), this.lastStampMs + 1);
    return new Date(this.lastStampMs).toISOString();
  }

  private nowMs(): number {
    return this.clock.now() + this.faults.clockOffsetMs;
  }

  /** 1.6 §9.1.32 TransactionMessageRetryInterval, in the time lapse. */
  private configuredRetryMs(): number {
    const wantedMs = (this.configuration.number('TransactionMessageRetryInterval') * 1000) / (this.options.speed ?? 1);
    return Math.max(SHORTEST_RETRY_MS, wantedMs);
  }

  private sessionsChanged(connector: Connector): void {
    if (this.options.version !== '1.6') return;
    if (!connector.session) this.equipment.profiles.transactionEnded(connector.id);
    this.equipment.limits.apply();
  }

  private async cameOnline(): Promise<void> {
    this.toldStatus.clear();
    this.lifeline.tell(this.dialect.status(0, 'Available', this.timestamp()));
    for (const connector of this.outlets.connectors) this.tellStatus(connector, true);
    this.outbox.queue.online();
  }

  private tellStatus(connector: Connector, evenIfTold: boolean): void {
    if (!this.isOnline) return;
    const message = this.dialect.status(connector.id, connector.status, this.timestamp(), connector.errorCode);
    const spelled = String(message?.payload.status ?? message?.payload.connectorStatus);
    // 2.x says Occupied for all of Preparing, Charging and Finishing: it is told once.
    if (!evenIfTold && this.toldStatus.get(connector.id) === spelled) return;
    this.toldStatus.set(connector.id, spelled);
    this.lifeline.tell(message);
  }

  /** Asks the server, or decides by what the charger knows. */
  private async authorize(idToken: string): Promise<boolean> {
    const { configuration, equipment } = this;
    const known = { configuration, cache: equipment.cache, localList: equipment.localList, nowMs: this.nowMs() };
    if (isPreAuthorized(known, idToken)) return true;
    const response = this.isOnline ? await this.lifeline.ask(this.dialect.authorize(idToken)) : null;
    if (response === null) return isAuthorizedOffline(known, idToken);
    return this.rememberToken(idToken, this.dialect.tokenStatus(response) ?? 'Invalid', response);
  }

  private rememberToken(idToken: string, status: string, response: Payload): boolean {
    const info = (response.idTagInfo ?? response.idTokenInfo) as IdTagInfo | undefined;
    // 1.6 §3.5.1: every answer that tells of a token is news for the cache.
    if (this.configuration.flag('AuthorizationCacheEnabled')) this.equipment.cache.put(idToken, info ?? { status });
    if (status === 'Accepted') return true;
    this.traffic.tokensRefused++;
    return false;
  }

  private heardOfToken(facts: SessionFacts, status: string, response: Payload): void {
    if (this.rememberToken(facts.idToken, status, response)) return;
    // 1.6 §9.1.24 StopTransactionOnInvalidId, 2.0.1 E05.FR.10: the transaction is ended.
    if (!this.configuration.flag('StopTransactionOnInvalidId')) return;
    this.outlets.sessions.find((session) => session.facts === facts)?.stop('deauthorized');
  }
}
