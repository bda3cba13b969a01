import { pause, systemClock, type Clock } from './clock';
import { Configuration } from './commands/configuration';
import { ChargerControl } from './commands/charger-control';
import type { Connector } from './connector';
import { DIALECTS, type Dialect, type SessionFacts } from './dialects';
import { Journal, type MessageJournal } from './journal';
import { Lifeline } from './lifeline';
import type { ChargeOutcome, ChargeRequest, SimulatedChargerOptions } from './options';
import { Outbox } from './outbox';
import { Outlets } from './outlets';
import { Traffic } from './traffic';

/** How long closing handshakes may take: ten thousand of them at once take some seconds. */
const CLOSING_MS = 10_000;

/** A charger that lives on its own: connects, boots, charges when asked to, queues while offline, obeys commands. */
export class SimulatedCharger {
  readonly clock: Clock;
  readonly configuration: Configuration;
  readonly traffic: Traffic;
  readonly journal: MessageJournal;
  private readonly dialect: Dialect;
  private readonly lifeline: Lifeline;
  private readonly outbox: Outbox;
  private readonly outlets: Outlets;
  private readonly acceptedTokens = new Set<string>();
  /** Last status told per connector, as the dialect spells it. */
  private readonly toldStatus = new Map<number, string>();
  private lastStampMs = 0;

  constructor(private readonly options: SimulatedChargerOptions) {
    const { version, speed = 1 } = options;
    this.clock = options.clock ?? systemClock;
    this.traffic = options.traffic ?? new Traffic();
    this.journal = options.journal ?? new Journal();
    this.dialect = DIALECTS[version];
    this.configuration = new Configuration(options.configuration, options.connectors ?? 2);
    const shared = {
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
      charger: () => ({ lifeline: this.lifeline, outlets: this.outlets, outbox: this.outbox }),
      timestamp: () => this.timestamp(),
      tellStatus: (connector) => this.tellStatus(connector, true),
    });
    this.lifeline = new Lifeline({
      ...shared,
      journal: this.journal,
      dialect: this.dialect,
      onCall: (call) => control.answer(call),
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
      attempts: this.configuration.number('TransactionMessageAttempts'),
      retryIntervalMs: options.retryIntervalMs ?? 2_000,
      call: (action, payload, messageId) => this.lifeline.call(action, payload, messageId),
      onTokenStatus: (facts, status) => this.heardOfToken(facts, status),
    });
    this.outlets = new Outlets({
      ...shared,
      isOffline: () => !this.isOnline,
      timestamp: () => this.timestamp(),
      authorize: (idToken) => this.authorize(idToken),
      statusChanged: (connector) => this.tellStatus(connector, false),
      emit: (facts, moment) => this.outbox.add(facts, moment),
      caughtUp: (signal) => this.drained(signal),
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
    this.lastStampMs = Math.max(this.clock.now(), this.lastStampMs + 1);
    return new Date(this.lastStampMs).toISOString();
  }

  private async cameOnline(): Promise<void> {
    this.toldStatus.clear();
    this.lifeline.tell(this.dialect.status(0, 'Available', this.timestamp()));
    for (const connector of this.outlets.connectors) this.tellStatus(connector, true);
    this.outbox.queue.online();
  }

  private tellStatus(connector: Connector, evenIfTold: boolean): void {
    if (!this.isOnline) return;
    const message = this.dialect.status(connector.id, connector.status, this.timestamp());
    const spelled = String(message?.payload.status ?? message?.payload.connectorStatus);
    // 2.x says Occupied for all of Preparing, Charging and Finishing: it is told once.
    if (!evenIfTold && this.toldStatus.get(connector.id) === spelled) return;
    this.toldStatus.set(connector.id, spelled);
    this.lifeline.tell(message);
  }

  /** Asks the server, or, offline, the cache of tokens it accepted before. */
  private async authorize(idToken: string): Promise<boolean> {
    const response = this.isOnline ? await this.lifeline.ask(this.dialect.authorize(idToken)) : null;
    if (response === null) return this.acceptedTokens.has(idToken);
    return this.rememberToken(idToken, this.dialect.tokenStatus(response) ?? 'Invalid');
  }

  private rememberToken(idToken: string, status: string): boolean {
    if (status === 'Accepted') {
      this.acceptedTokens.add(idToken);
      return true;
    }
    this.acceptedTokens.delete(idToken);
    this.traffic.tokensRefused++;
    return false;
  }

  private heardOfToken(facts: SessionFacts, status: string): void {
    if (this.rememberToken(facts.idToken, status)) return;
    // 1.6 §9.1.22 StopTransactionOnInvalidId, 2.0.1 E05.FR.10: the transaction is ended.
    this.outlets.sessions.find((session) => session.facts === facts)?.stop('deauthorized');
  }
}
