import { randomUUID } from 'node:crypto';
import { inboxTopicSpec, TOPIC_SPECS, TOPICS } from '@chargestream/contracts';
import type { EventBus, Subscription } from '@chargestream/event-bus';
import type { Clock, Logger, Metrics, Settings } from '@chargestream/service-kit';
import { Authenticator } from './adapter/authenticator';
import { UpgradeGate } from './adapter/upgrade-gate';
import { Inbox } from './commands/inbox';
import { ConnectMetrics } from './connect-metrics';
import { Connections } from './connection/connections';
import { MessageLog } from './connection/message-log';
import { Publisher } from './connection/publisher';
import { CallDispatcher } from './handlers/call-dispatcher';
import type { VendorHandlers } from './handlers/vendors';
import { ChargerRegistry } from './tables/charger-registry';
import { TokenAuthority } from './tables/token-authority';

export interface ConnectOptions {
  bus: EventBus;
  settings: Settings;
  logger: Logger;
  clock: Clock;
  metrics: Metrics;
  /** Answers to DataTransfer, by vendorId. */
  vendors: VendorHandlers;
}

/** What can be asked to listen: the WebSocket adapter, which Nest creates after the runtime. */
export interface Listener {
  listen(settings: Pick<Settings, 'ocppHost' | 'ocppPort'>): Promise<number>;
  stopListening(): void;
}

/** All parts of connect, wired once. `open` loads the tables before anything listens. */
export class ConnectRuntime {
  listener: Listener | null = null;
  /** Where it listens; 0 until it does. */
  port = 0;
  readonly settings: Settings;
  readonly logger: Logger;
  readonly connections: Connections;
  readonly gate: UpgradeGate;
  readonly messageLog: MessageLog;
  readonly publisher: Publisher;
  private readonly authenticator: Authenticator;
  private readonly inbox: Inbox;
  private inboxSubscription: Subscription | null = null;
  private pings: NodeJS.Timeout | null = null;
  private stopAvailability: () => void = () => undefined;
  private state: 'starting' | 'open' | 'unavailable' | 'closing' = 'starting';

  static async open(options: ConnectOptions): Promise<ConnectRuntime> {
    const { bus, settings } = options;
    await bus.ensureTopics([...TOPIC_SPECS, inboxTopicSpec(settings.instanceId)]);
    const [registry, tokens, connections] = await Promise.all(
      [TOPICS.registry, TOPICS.tokens, TOPICS.connections].map((topic) => bus.openTable(topic)),
    );
    if (!registry || !tokens || !connections) throw new Error('a table did not open');
    return new ConnectRuntime(options, new ChargerRegistry(registry), new TokenAuthority(tokens), connections);
  }

  private constructor(
    private readonly options: ConnectOptions,
    private readonly registry: ChargerRegistry,
    private readonly tokens: TokenAuthority,
    private readonly table: Awaited<ReturnType<EventBus['openTable']>>,
  ) {
    const { bus, settings, logger, clock, vendors } = options;
    const source = `/connect/${settings.instanceId}`;
    const metrics = new ConnectMetrics(options.metrics);
    const publisher = new Publisher(bus);
    const shared = { publisher, settings, clock, logger, metrics, source };
    this.settings = settings;
    this.logger = logger;
    this.publisher = publisher;
    this.messageLog = new MessageLog(bus, metrics, source);
    const dispatcher = new CallDispatcher({ ...shared, registry, tokens, vendors });
    const commands = {
      publisher,
      clock,
      source,
      registry,
      instanceId: settings.instanceId,
      callTimeoutMs: settings.ocppCallTimeoutMs,
      newMessageId: randomUUID,
    };
    this.connections = new Connections({ ...shared, table, dispatcher, messageLog: this.messageLog, commands });
    this.inbox = new Inbox({ ...shared, connections: this.connections });
    this.authenticator = new Authenticator(registry, settings);
    const isOpen = () => this.state === 'open' && bus.isAvailable();
    this.gate = new UpgradeGate({
      ...shared,
      authenticator: this.authenticator,
      connections: this.connections,
      isOpen,
    });
    publisher.onFailure((error) => this.failClosed(error));
    registry.onChange((entry, before, key) => {
      if (!before) return;
      const changed = JSON.stringify(entry?.credentials ?? null) !== JSON.stringify(before.credentials);
      if (changed || entry?.retired)
        this.connections.find(key)?.close(1008, 'the registration of this charger changed');
    });
  }

  get isAvailable(): boolean {
    return this.state === 'open' && this.options.bus.isAvailable();
  }

  /** Puts right what a crash left behind, then listens. */
  async start(): Promise<void> {
    const { bus, settings, logger } = this.options;
    if (!this.listener) throw new Error('call app.useWebSocketAdapter(new OcppWsAdapter(app)) before app.init()');
    await this.connections.reconcile();
    this.stopAvailability = bus.onAvailabilityChange((available) => {
      if (available) void this.recover();
      else this.failClosed(new Error('the bus reports that it is not available'));
    });
    this.inboxSubscription = await this.inbox.subscribe(bus);
    if (settings.ocppPingIntervalS > 0) {
      this.pings = setInterval(() => this.connections.pingAll(), settings.ocppPingIntervalS * 1000).unref();
    }
    this.state = 'open';
    this.port = await this.listener.listen(settings);
    logger.info({ host: settings.ocppHost, port: this.port }, 'chargers can connect');
  }

  /** Stops taking connections, finishes what is in flight, publishes what there is to publish. */
  async close(): Promise<void> {
    this.state = 'closing';
    this.listener?.stopListening();
    this.stopAvailability();
    if (this.pings) clearInterval(this.pings);
    await this.inboxSubscription?.close();
    await this.connections.drain(this.settings.ocppDrainTimeoutMs);
    await this.publisher.settled();
    await this.messageLog.flush();
    this.authenticator.close();
    await Promise.all([this.registry.close(), this.tokens.close(), this.table.close()]);
  }

  /** A receipt that cannot be kept must not be given: chargers queue while they are offline, and only then. */
  private failClosed(error: unknown): void {
    if (this.state === 'closing') return;
    if (this.connections.size > 0)
      this.options.logger.error({ err: error }, 'the bus takes no events: closing all chargers');
    this.connections.failClosed();
    if (this.state !== 'open') return;
    this.state = 'unavailable';
    if (this.options.bus.isAvailable()) void this.recover();
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
