import type { CallOutcome, InboundCall } from '@chargestream/ocpp';
import { pause, type Clock } from './clock';
import type { Configuration } from './commands/configuration';
import type { Dialect } from './dialects';
import type { Faults } from './faults';
import { Gate } from './gate';
import type { MessageJournal } from './journal';
import { randomIdentity, type BootReason, type ChargerIdentity, type Message, type Payload } from './message';
import type { SimulatedChargerOptions } from './options';
import type { Endpoint } from './socket';
import type { Traffic } from './traffic';
import { classifyFailure, Uplink } from './uplink';

export interface LifelineOptions {
  charger: SimulatedChargerOptions;
  clock: Clock;
  traffic: Traffic;
  journal: MessageJournal;
  dialect: Dialect;
  speed: number;
  configuration: Configuration;
  faults: Faults;
  onCall(call: InboundCall): CallOutcome | Promise<CallOutcome>;
  /** Connected and boot accepted; before anything else is sent. */
  onOnline(): Promise<void> | void;
  onOffline(): void;
}

/** Wait before another BootNotification when the answer to the last one was lost or named no interval. */
const BOOT_RETRY_S = 10;

/** Between closing and connecting again, for a change of security. */
const RECONNECT_MS = 50;

/** A charger's tie to its server: connects, boots, beats, and knows whether it may speak. */
export class Lifeline {
  private readonly uplink: Uplink;
  /** Where and how it connects; changes with the keys of security. */
  private readonly endpoint: Endpoint;
  private readonly identity: ChargerIdentity;
  private readonly waiters = new Set<() => void>();
  private bootReason: BootReason | null = 'PowerUp';
  private ready = false;
  /** Counts connections, so that what began on one never goes on on the next. */
  private connection = 0;
  private cancelHeartbeat: () => void = () => {};

  constructor(private readonly options: LifelineOptions) {
    const { charger, clock, traffic, onCall, faults } = options;
    this.identity = randomIdentity(charger.chargerId, charger.random);
    this.endpoint = { ...charger };
    this.uplink = new Uplink({
      endpoint: this.endpoint,
      clock,
      random: charger.random,
      traffic,
      gate: charger.gate ?? new Gate(1),
      callTimeoutMs: charger.callTimeoutMs ?? 30_000,
      minBackoffMs: charger.minBackoffMs ?? 500,
      maxBackoffMs: charger.maxBackoffMs ?? 15_000,
      faults,
      onCall,
      onUp: () => void this.comeUp(),
      onDown: () => this.goDown(),
    });
  }

  /** Connected and its boot accepted. */
  get isOnline(): boolean {
    return this.ready;
  }

  /** Resolves when online, or the signal aborts. */
  online(signal?: AbortSignal): Promise<void> {
    if (this.ready || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = () => {
        this.waiters.delete(finish);
        signal?.removeEventListener('abort', finish);
        resolve();
      };
      this.waiters.add(finish);
      signal?.addEventListener('abort', finish, { once: true });
    });
  }

  connect(): void {
    this.uplink.up();
  }

  /** Loses the network without a word, until `connect`. */
  loseNetwork(): void {
    this.uplink.down('terminate');
  }

  /** Closes, is away for some seconds, and comes back with a BootNotification. */
  async reboot(reason: BootReason): Promise<void> {
    const { clock, charger, speed, configuration } = this.options;
    this.bootReason = reason;
    configuration.rebooted();
    this.uplink.down('close');
    await pause(clock, (charger.random.between(2, 10) * 1000) / speed);
    this.uplink.up();
  }

  /** Closes and connects again, elsewhere or as somebody else if `change` says so; no boot comes of it. */
  async reconnect(change: Partial<Endpoint> = {}): Promise<void> {
    const { clock } = this.options;
    Object.assign(this.endpoint, change);
    this.uplink.down('close');
    await pause(clock, RECONNECT_MS);
    this.uplink.up();
  }

  /** Closes politely, for good. */
  async close(graceMs: number): Promise<void> {
    this.cancelHeartbeat();
    await this.uplink.closed(graceMs);
  }

  /** One CALL; rejects as Uplink.call does. */
  call(action: string, payload: Payload, messageId?: string): Promise<Payload> {
    return this.uplink.call(action, payload, messageId);
  }

  /** A message outside of sessions. @returns null when no CALLRESULT came; it is counted, never repeated */
  async ask({ action, payload }: Message): Promise<Payload | null> {
    try {
      const response = await this.uplink.call(action, payload);
      this.note(action, payload);
      return response;
    } catch (error) {
      if (classifyFailure(error) !== 'disconnected') {
        this.options.traffic.givenUp(action, error instanceof Error ? error.message : String(error));
      }
      return null;
    }
  }

  /** Like `ask` for those who do not wait. */
  tell(message: Message | undefined): void {
    if (message) void this.ask(message);
  }

  /** The interval to the next heartbeat counts anew. */
  rescheduleHeartbeat(): void {
    if (this.ready) this.scheduleHeartbeat();
  }

  sendBoot(): void {
    this.tell(this.options.dialect.boot(this.identity, 'Triggered'));
  }

  /** Heartbeats say nothing worth keeping. */
  private note(action: string, payload: Payload): void {
    if (action === 'Heartbeat') return;
    const { charger, clock, journal } = this.options;
    journal.record({
      kind: 'acknowledged',
      chargerId: charger.chargerId,
      version: charger.version,
      action,
      naturalKey: `${action}:${JSON.stringify(payload)}`,
      at: typeof payload.timestamp === 'string' ? payload.timestamp : new Date(clock.now()).toISOString(),
    });
  }

  private async comeUp(): Promise<void> {
    const connection = ++this.connection;
    const { charger, onOnline } = this.options;
    if (this.bootReason === null && charger.random.chance(charger.bootsOnReconnect ?? 0.2)) this.bootReason = 'PowerUp';
    if (this.bootReason !== null && !(await this.boot(connection, this.bootReason))) return;
    this.bootReason = null;
    this.ready = true;
    await onOnline();
    if (connection !== this.connection || !this.ready) return;
    this.scheduleHeartbeat();
    for (const finish of [...this.waiters]) finish();
  }

  /** @returns false when the connection broke before the server accepted */
  private async boot(connection: number, reason: BootReason): Promise<boolean> {
    const { clock, speed, dialect, configuration } = this.options;
    for (;;) {
      const response = await this.ask(dialect.boot(this.identity, reason));
      if (connection !== this.connection || !this.uplink.isUp) return false;
      const intervalS = typeof response?.interval === 'number' ? response.interval : 0;
      if (response?.status === 'Accepted') {
        if (intervalS > 0) configuration.put('HeartbeatInterval', String(intervalS));
        return true;
      }
      // 1.6 §4.2, 2.0.1 B02.FR.04/B03.FR.03: Pending or Rejected, no other message until the next boot is accepted.
      await pause(clock, ((intervalS || BOOT_RETRY_S) * 1000) / speed);
      if (connection !== this.connection || !this.uplink.isUp) return false;
    }
  }

  private goDown(): void {
    this.ready = false;
    this.cancelHeartbeat();
    this.options.onOffline();
  }

  private scheduleHeartbeat(): void {
    const { clock, configuration, speed, dialect } = this.options;
    this.cancelHeartbeat();
    const intervalS = configuration.number('HeartbeatInterval');
    if (!(intervalS > 0)) return;
    this.cancelHeartbeat = clock.after((intervalS * 1000) / speed, () => {
      void this.ask(dialect.heartbeat()).then(() => {
        if (this.ready) this.scheduleHeartbeat();
      });
    });
  }
}
