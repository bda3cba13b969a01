import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { chargerKey, type ProtocolVersion } from '@chargestream/contracts';
import type { CompactedTable } from '@chargestream/event-bus';
import type { FrameInfo } from '@chargestream/ocpp';
import type { Clock, Logger, Settings } from '@chargestream/service-kit';
import { CommandRunner, type CommandRunnerOptions } from '../commands/command-runner';
import type { ConnectMetrics } from '../connect-metrics';
import type { CallDispatcher } from '../handlers/call-dispatcher';
import { ConnectionFacts, type Identified } from './connection-facts';
import { FlappingDetector } from './flapping';
import { HeldConnections } from './held-connections';
import { KnownConnections, type KnownConnection } from './known-connections';
import { logEntryOf } from './log-entry';
import { LiveConnection } from './live-connection';
import type { MessageLog } from './message-log';
import type { Publisher } from './publisher';

export interface Admitted {
  tenantId: string;
  chargerId: string;
  version: ProtocolVersion;
  securityProfile: 0 | 1 | 2 | 3;
  /** It came with the password that was last set at it. */
  passwordRenewed?: true;
  remoteAddress: string | null;
}

/** Authenticated and on record, but its socket is not upgraded yet. */
export interface OpenedConnection extends Admitted {
  key: string;
  connectionId: string;
  epoch: number;
}

export interface ConnectionsOptions {
  publisher: Publisher;
  table: CompactedTable;
  dispatcher: CallDispatcher;
  messageLog: MessageLog;
  settings: Settings;
  clock: Clock;
  logger: Logger;
  metrics: ConnectMetrics;
  source: string;
  /** Of this process: tells its records from those of another one under the same INSTANCE_ID. */
  bootId: string;
  commands: Omit<CommandRunnerOptions, 'connection'>;
}

/** How often some of the chargers are sent away. */
const WAVE_EVERY_MS = 100;
const SHUTTING_DOWN = { code: 1001, reason: 'the service is shutting down' } as const;
/** RFC 6455 and IANA: the service restarts; come again, and it will be somewhere. */
const RESTARTING = { code: 1012, reason: 'the service restarts: connect again' } as const;
/** Try Again Later (RFC 6455, IANA registry of close codes). */
const NOT_STORING = { code: 1013, reason: 'the server cannot store messages at the moment' } as const;
const DECLARED_CLOSED = { code: 1013, reason: 'the connection was taken for lost; connect again' } as const;
const TAKEN_OVER = { code: 1008, reason: 'taken over by a newer connection' } as const;

/**
 * The live sockets of this instance. The newest authenticated connection of a charger wins; newer means a higher epoch, the offset of
 * its record in the connections table, so that instances agree without asking each other.
 */
export class Connections {
  /** By charger: the newest here. */
  private readonly newest = new Map<string, LiveConnection>();
  /** Also those that were taken over and are still closing. */
  private readonly all = new Set<LiveConnection>();
  private readonly opening = new Set<Promise<number>>();
  private readonly closing = new Set<Promise<void>>();
  private draining = false;
  private readonly flapping = new FlappingDetector();
  private readonly held: HeldConnections;
  private readonly facts: ConnectionFacts;
  private readonly known: KnownConnections;
  private readonly stopWatching: () => void;
  /** By connectionId: on record or about to be, not attached yet. */
  private readonly arriving = new Map<string, { key: string; arrived: Promise<void>; tell: () => void }>();

  constructor(private readonly options: ConnectionsOptions) {
    this.held = new HeldConnections((count) => options.metrics.held(count));
    options.publisher.onFull((full) => this.pressed(full));
    this.facts = new ConnectionFacts(options);
    this.known = new KnownConnections(options.table, options.bootId);
    this.stopWatching = this.known.onChange((key, known) => this.noticed(key, known));
  }

  get size(): number {
    return this.all.size;
  }

  /** The newest connection of a charger on this instance. */
  find(key: string): LiveConnection | undefined {
    return this.newest.get(key);
  }

  /** Resolves when the newest upgrade of this charger that is under way has come to an end; undefined when there is none. */
  arrivalOf(key: string): Promise<void> | undefined {
    return [...this.arriving.values()].findLast((arrival) => arrival.key === key)?.arrived;
  }

  /** Puts the connection on record; the epoch is where the record came to lie. @throws when the bus takes none. */
  async open(admitted: Admitted): Promise<OpenedConnection> {
    const connectionId = randomUUID();
    const key = chargerKey(admitted.tenantId, admitted.chargerId);
    let tell = () => undefined as void;
    const arrived = new Promise<void>((resolve) => (tell = resolve));
    this.arriving.set(connectionId, { key, arrived, tell });
    const opening = this.facts.publishOpen(admitted, connectionId);
    this.opening.add(opening);
    try {
      return { ...admitted, key, connectionId, epoch: await opening };
    } catch (error) {
      this.arrived(connectionId);
      throw error;
    } finally {
      this.opening.delete(opening);
    }
  }

  /** The upgrade came to nothing after all. An older connection that lives is the charger's connection still. */
  abandon(opened: OpenedConnection): void {
    this.arrived(opened.connectionId);
    const live = this.newest.get(opened.key)?.identity.epoch ?? Number.POSITIVE_INFINITY;
    const closedUpTo = live < opened.epoch ? live - 1 : opened.epoch;
    const reason = 'the upgrade was not completed';
    this.track(this.facts.publishClosed(opened, this.isNewestKnown(opened), 1006, reason, closedUpTo));
  }

  /** Takes over the upgraded socket. No frame has been read from it yet. */
  attach(socket: WebSocket, opened: OpenedConnection): void {
    const { settings, dispatcher, messageLog, metrics, clock } = this.options;
    const { tenantId, chargerId, version, connectionId, epoch, key } = opened;
    const connection = new LiveConnection({
      identity: { tenantId, chargerId, connectionId, epoch, version },
      key,
      socket,
      remoteAddress: opened.remoteAddress,
      securityProfile: opened.securityProfile,
      mode: settings.ocppValidation,
      callTimeoutMs: settings.ocppCallTimeoutMs,
      onCall: (self, call) => dispatcher.dispatch(self, call),
      mustWait: (self) => this.held.mustWait(self),
      onInvalidCall: (self, call, error) => dispatcher.dispatchInvalid(self, call, error),
      onError: (error) => this.options.logger.error({ err: error, charger: key }, 'a frame could not be logged'),
      onFrame: (self, frame: FrameInfo) => messageLog.record(key, logEntryOf(self, frame, clock())),
      onClose: (self, code, reason) => this.track(this.closed(self, opened, code, reason)),
    });
    this.all.add(connection);
    metrics.connected(version);
    connection.commands = new CommandRunner({ ...this.options.commands, connection });
    this.facts.publishOpened(opened);
    if (this.draining) connection.close(SHUTTING_DOWN.code, SHUTTING_DOWN.reason);
    else this.fence(connection, opened);
    this.arrived(connectionId);
  }

  /** Everybody out: what was not stored is not answered, and what waits is not handled; chargers send it again (1013). */
  failClosed({ code, reason }: { code: number; reason: string } = NOT_STORING): void {
    for (const connection of this.all) {
      connection.peer.discardQueued();
      connection.close(code, reason);
    }
  }

  /** Closes what has been silent for a whole ping interval, and pings the others. */
  pingAll(): void {
    for (const connection of this.all) connection.ping();
    this.flapping.sweep(this.options.clock());
  }

  /** Publishes the closing of connections that this instance once opened and does not have: it crashed, or the bus was away. */
  async reconcile(): Promise<void> {
    const live = new Set([...this.all].map(({ identity }) => identity.connectionId));
    const stale: Promise<void>[] = [];
    for (const { entry, epoch } of this.known.entries()) {
      if (entry.state !== 'open' || entry.instanceId !== this.options.settings.instanceId) continue;
      if (live.has(entry.connectionId) || this.facts.isOpening(entry.connectionId)) continue;
      const { tenantId, chargerId, connectionId, ocppVersion: version } = entry;
      const opened = { tenantId, chargerId, version, connectionId, epoch };
      stale.push(this.facts.publishClosed(opened, true, 1006, 'the service did not see it close'));
    }
    await Promise.all(stale);
  }

  /**
   * Sends the chargers away (1012), a few at a time over `spreadMs`, so that they do not all come to the other instances at
   * once. Those whose turn has not come are served as ever.
   */
  async sendAway(spreadMs: number): Promise<void> {
    this.draining = true;
    const sent = new Set<LiveConnection>();
    for (let wavesLeft = Math.ceil(spreadMs / WAVE_EVERY_MS); wavesLeft > 0; wavesLeft--) {
      const staying = [...this.all].filter((connection) => connection.isOpen && !sent.has(connection));
      if (staying.length === 0) return;
      for (const connection of staying.slice(0, Math.ceil(staying.length / wavesLeft))) {
        sent.add(connection);
        connection.stopReading();
        void connection.peer.drain().then(() => connection.close(RESTARTING.code, RESTARTING.reason));
      }
      await pause(WAVE_EVERY_MS);
    }
  }

  /** Stops reading, answers what is in flight, and says good-bye (1001). No longer than it may, whatever the bus does. */
  async drain(timeoutMs: number): Promise<void> {
    this.draining = true;
    this.stopWatching();
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), timeoutMs);
    const expired = new Promise<void>((resolve) => timeout.signal.addEventListener('abort', () => resolve()));
    await Promise.race([Promise.allSettled(this.opening), expired]);
    for (const connection of this.all) connection.stopReading();
    await Promise.race([Promise.all([...this.all].map(({ peer }) => peer.drain())), expired]);
    for (const connection of this.all) connection.close(SHUTTING_DOWN.code, SHUTTING_DOWN.reason);
    await Promise.race([this.allClosed(), expired]);
    clearTimeout(timer);
    for (const connection of this.all) connection.terminate();
    await this.allClosed();
  }

  /** Resolves when every close is on record. */
  async closesRecorded(): Promise<void> {
    await Promise.all(this.closing);
  }

  private allClosed(): Promise<void> {
    if (this.all.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.whenEmpty.push(resolve));
  }

  private readonly whenEmpty: (() => void)[] = [];

  /** Whoever has the higher epoch stays. */
  private fence(connection: LiveConnection, opened: OpenedConnection): void {
    const { key, epoch } = opened;
    const here = this.newest.get(key);
    const elsewhere = this.newerElsewhere(opened);
    if (elsewhere || (here && here.identity.epoch > epoch)) return connection.close(TAKEN_OVER.code, TAKEN_OVER.reason);
    this.newest.set(key, connection);
    // The late close of an older one may have come between its record and now.
    const known = this.known.get(key);
    if (known && known.offset > epoch) this.noticed(key, known);
    if (!here) return;
    // One that is closing already, because the bus was away for instance, was not taken over.
    const tookOver = here.isOpen;
    here.close(TAKEN_OVER.code, TAKEN_OVER.reason);
    if (tookOver) this.takenOver(key, opened, opened.remoteAddress);
  }

  /** Two stations with one id take over from each other for ever; somebody should know. */
  private takenOver(key: string, by: Identified, remoteAddress: string | null): void {
    const alert = this.flapping.takenOver(key, remoteAddress, this.options.clock());
    if (!alert) return;
    this.options.metrics.flapping();
    this.facts.publishFlapping(by, alert);
  }

  /** Somebody put a connection on record, or its end. */
  private noticed(key: string, { entry, offset, epoch, ours }: KnownConnection): void {
    const here = this.newest.get(key);
    if (!here) return;
    const isItself = entry.connectionId === here.identity.connectionId;
    if (entry.state === 'closed') {
      // Core took this process for gone while it only stood still: what it holds on to is nobody's connection any more.
      if (!isItself) return here.isOpen ? this.facts.publishStillOpen(here.identity) : undefined;
      if (!ours) here.close(DECLARED_CLOSED.code, DECLARED_CLOSED.reason);
      return;
    }
    if (isItself) return here.alsoKnownBy(offset);
    // Ours counts when its upgrade is complete: `fence`.
    if (ours || epoch <= here.identity.epoch) return;
    here.close(TAKEN_OVER.code, TAKEN_OVER.reason);
    this.takenOver(key, here.identity, here.remoteAddress);
  }

  private newerElsewhere({ key, epoch }: OpenedConnection): boolean {
    const known = this.known.get(key);
    return known !== undefined && known.entry.state === 'open' && !known.ours && known.epoch > epoch;
  }

  private isNewestKnown(opened: OpenedConnection): boolean {
    const here = this.newest.get(opened.key);
    return (!here || here.identity.epoch <= opened.epoch) && !this.newerElsewhere(opened);
  }

  private async closed(
    connection: LiveConnection,
    opened: OpenedConnection,
    code: number,
    reason: string,
  ): Promise<void> {
    const newest = this.isNewestKnown(opened);
    if (this.newest.get(connection.key) === connection) this.newest.delete(connection.key);
    this.all.delete(connection);
    this.options.metrics.disconnected(connection.identity.version);
    if (this.all.size === 0) for (const resolve of this.whenEmpty.splice(0)) resolve();
    connection.stopReading();
    connection.peer.closed(reason);
    // A StopTransaction may have been the last frame: it is published, and before the close.
    await connection.peer.drain();
    await connection.commands?.settled();
    await this.facts.publishClosed(opened, newest, code, reason);
  }

  /** The bus is slow, not away: chargers wait with what they have to say, and nobody is sent away. */
  private pressed(full: boolean): void {
    if (!full) return this.held.release();
    this.options.metrics.slowed();
    this.held.hold();
  }

  private arrived(connectionId: string): void {
    this.arriving.get(connectionId)?.tell();
    this.arriving.delete(connectionId);
  }

  private track(work: Promise<void>): void {
    this.closing.add(work);
    void work.finally(() => this.closing.delete(work));
  }
}
