import { randomUUID } from 'node:crypto';
import { inboxTopicSpec, TOPIC_SPECS, TOPICS, type Vendors } from '@chargestream/contracts';
import type { CompactedTable, EventBus, Subscription } from '@chargestream/event-bus';
import type { Clock, Logger, Metrics, Settings } from '@chargestream/service-kit';
import { Authenticator } from './adapter/authenticator';
import { SecurityAlerts } from './adapter/security-alerts';
import { UpgradeGate } from './adapter/upgrade-gate';
import { Inbox } from './commands/inbox';
import { ConnectMetrics } from './connect-metrics';
import { Connections } from './connection/connections';
import { heardOut } from './connection/farewell';
import { InstanceBeat } from './connection/instance-beat';
import { MessageLog } from './connection/message-log';
import { Publisher, type Unacknowledged } from './connection/publisher';
import { reasonToClose } from './connection/registration-change';
import { CallDispatcher } from './handlers/call-dispatcher';
import { ActiveTokens } from './tables/active-tokens';
import { ChargerRegistry } from './tables/charger-registry';
import { TokenAuthority } from './tables/token-authority';
import { loadVendors } from './vendors/load-vendors';
import { VendorDesk } from './vendors/vendor-desk';

export interface ConnectOptions {
  bus: EventBus;
  settings: Settings;
  logger: Logger;
  clock: Clock;
  metrics: Metrics;
  /** Answers to DataTransfer, beside those that OCPP_VENDOR_HANDLERS names. */
  vendors: Vendors;
  /** How often this instance says that it lives; default INSTANCE_HEARTBEAT_MS. */
  instanceHeartbeatMs?: number;
  /** With so much on its way to the bus, chargers have to wait; default MOST_UNACKNOWLEDGED. */
  mostUnacknowledged?: Unacknowledged;
}

export interface ListeningPorts {
  port: number;
  /** Null where TLS is not set up. */
  tlsPort: number | null;
}

/** What can be asked to listen: the WebSocket adapter, which Nest creates after the runtime. */
export interface Listener {
  listen(settings: Settings): Promise<ListeningPorts>;
  stopListening(): void;
}

/** This instance's copies of what core tells. */
interface KnownTables {
  registry: ChargerRegistry;
  tokens: TokenAuthority;
  activeTokens: ActiveTokens;
}

/** All parts of connect, wired once. `open` loads the tables before anything listens. */
export class ConnectRuntime {
  listener: Listener | null = null;
  /** Where it listens; 0 until it does. */
  port = 0;
  /** Where it listens for TLS; null where that is not set up, and until it does. */
  tlsPort: number | null = null;
  readonly settings: Settings;
  readonly logger: Logger;
  readonly connections: Connections;
  readonly gate: UpgradeGate;
  readonly messageLog: MessageLog;
  readonly publisher: Publisher;
  private readonly authenticator: Authenticator;
  private readonly inbox: Inbox;
  private readonly beat: InstanceBeat;
  private inboxSubscription: Subscription | null = null;
  private pings: NodeJS.Timeout | null = null;
  private stopAvailability: () => void = () => undefined;
  private state: 'starting' | 'open' | 'unavailable' | 'superseded' | 'closing' = 'starting';

  static async open(options: ConnectOptions): Promise<ConnectRuntime> {
    const { bus, settings, logger } = options;
    const vendors = await loadVendors(settings.ocppVendorHandlers, options.vendors, process.cwd());
    if (vendors.size > 0) logger.info({ vendorIds: [...vendors.keys()] }, 'DataTransfer has handlers');
    await bus.ensureTopics([...TOPIC_SPECS, inboxTopicSpec(settings.instanceId)]);
    const [registry, tokens, activeTokens, connections, instances] = await Promise.all([
      bus.openTable(TOPICS.registry),
      bus.openTable(TOPICS.tokens),
      bus.openTable(TOPICS.activeTokens),
      bus.openTable(TOPICS.connections),
      bus.openTable(TOPICS.instances),
    ]);
    const known = {
      registry: new ChargerRegistry(registry),
      tokens: new TokenAuthority(tokens),
      activeTokens: new ActiveTokens(activeTokens),
    };
    const desk = new VendorDesk(vendors, settings.ocppVendorTimeoutMs, logger);
    return new ConnectRuntime(options, known, { connections, instances }, desk);
  }

  private constructor(
    private readonly options: ConnectOptions,
    private readonly known: KnownTables,
    private readonly tables: Record<'connections' | 'instances', CompactedTable>,
    vendors: VendorDesk,
  ) {
    const { bus, settings, logger, clock } = options;
    const { registry } = known;
    const source = `/connect/${settings.instanceId}`;
    const metrics = new ConnectMetrics(options.metrics);
    const publisher = new Publisher(bus, options.mostUnacknowledged);
    const shared = { publisher, settings, clock, logger, metrics, source };
    this.settings = settings;
    this.logger = logger;
    this.publisher = publisher;
    this.messageLog = new MessageLog(bus, metrics, source);
    const dispatcher = new CallDispatcher({ ...shared, ...known, vendors });
    const commands = {
      publisher,
      clock,
      metrics,
      source,
      registry,
      instanceId: settings.instanceId,
      logger,
      callTimeoutMs: settings.ocppCallTimeoutMs,
      newMessageId: randomUUID,
      onPasswordSet: (key: string, password: string) => this.authenticator.expectPassword(key, password),
    };
    this.beat = new InstanceBeat({
      bus,
      clock,
      logger,
      source,
      instanceId: settings.instanceId,
      table: this.tables.instances,
      ...(options.instanceHeartbeatMs === undefined ? {} : { everyMs: options.instanceHeartbeatMs }),
      onSuperseded: () => this.superseded(),
    });
    const { bootId } = this.beat;
    const { messageLog } = this;
    this.connections = new Connections({
      ...shared,
      bootId,
      table: this.tables.connections,
      dispatcher,
      messageLog,
      commands,
    });
    this.inbox = new Inbox({ ...shared, connections: this.connections });
    this.authenticator = new Authenticator(registry, settings);
    const isOpen = () => this.state === 'open' && bus.isAvailable();
    this.gate = new UpgradeGate({
      ...shared,
      authenticator: this.authenticator,
      alerts: new SecurityAlerts({ ...shared, registry }),
      connections: this.connections,
      isOpen,
    });
    publisher.onFailure((error) => this.failClosed(error));
    registry.onChange((entry, before, key) => {
      if (!before) return;
      const connection = this.connections.find(key);
      if (!connection) return;
      const reason = reasonToClose(entry, before, connection.securityProfile);
      if (reason !== null) connection.close(1008, reason);
    });
  }

  get isAvailable(): boolean {
    return this.state === 'open' && this.options.bus.isAvailable();
  }

  /** Puts right what a crash left behind, then listens. */
  async start(): Promise<void> {
    const { bus, settings, logger } = this.options;
    if (!this.listener) throw new Error('call app.useWebSocketAdapter(new OcppWsAdapter(app)) before app.init()');
    // Before any connection of this process is on record: core tells by it which ones an earlier process left open.
    await this.beat.start();
    await this.connections.reconcile();
    this.stopAvailability = bus.onAvailabilityChange((available) => {
      if (available) void this.recover();
      else this.failClosed(new Error('the bus reports that it is not available'));
    });
    if (this.state === 'starting') this.inboxSubscription = await this.inbox.subscribe(bus);
    if (settings.ocppPingIntervalS > 0) {
      this.pings = setInterval(() => this.connections.pingAll(), settings.ocppPingIntervalS * 1000).unref();
    }
    if (this.state === 'starting') this.state = 'open';
    const { port, tlsPort } = await this.listener.listen(settings);
    [this.port, this.tlsPort] = [port, tlsPort];
    logger.info({ host: settings.ocppHost, port, ...(tlsPort === null ? {} : { tlsPort }) }, 'chargers can connect');
  }

  /** Stops taking connections, finishes what is in flight, publishes what there is to publish. */
  async close(): Promise<void> {
    this.state = 'closing';
    this.listener?.stopListening();
    await this.connections.sendAway(this.settings.ocppDrainSpreadMs);
    this.stopAvailability();
    if (this.pings) clearInterval(this.pings);
    await this.inboxSubscription?.close();
    await this.connections.drain(this.settings.ocppDrainTimeoutMs);
    await this.sayFarewell();
    this.authenticator.close();
    const tables = [...Object.values(this.known), this.tables.connections, this.tables.instances];
    await Promise.all(tables.map((table) => table.close()));
  }

  /** What is still to be told to the bus; nothing of it was acknowledged: chargers repeat, and a silent instance is noticed. */
  private async sayFarewell(): Promise<void> {
    const { logger, bus } = this.options;
    const said = this.connections
      .closesRecorded()
      .then(() => this.publisher.settled())
      .then(() => this.messageLog.flush())
      .then(() => this.beat.stop());
    try {
      if (!(await heardOut(said, bus))) logger.warn('the bus does not answer: stopping with something left to tell it');
    } catch (error) {
      logger.warn({ err: error }, 'the bus did not take all that was left to tell');
    }
  }

  /** A receipt that cannot be kept must not be given: chargers queue while they are offline, and only then. */
  private failClosed(error: unknown): void {
    if (this.connections.size > 0)
      this.options.logger.error({ err: error }, 'the bus takes no events: closing all chargers');
    this.connections.failClosed();
    if (this.state !== 'open') return;
    this.state = 'unavailable';
    if (this.options.bus.isAvailable()) void this.recover();
  }

  /** Another process has this instance's name, and its inbox: whatever came here now might be done twice, or by nobody. */
  private superseded(): void {
    if (this.state === 'closing') return;
    this.state = 'superseded';
    this.connections.failClosed({ code: 1013, reason: 'another process serves this instance now' });
    void this.inboxSubscription?.close();
  }

  /** Pays what is owed before anybody is let in, so that an old close never follows a new open. */
  private async recover(): Promise<void> {
    if (this.state !== 'unavailable') return;
    await this.publisher.payOwed();
    await this.connections.reconcile();
    if (this.state !== 'unavailable' || !this.options.bus.isAvailable()) return;
    this.state = 'open';
    this.options.logger.info('the bus takes events again: chargers can connect');
  }
}
