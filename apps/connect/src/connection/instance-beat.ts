import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { eventId, INSTANCE_HEARTBEAT_MS, toBusRecord, TOPICS, type InstanceEntry } from '@chargestream/contracts';
import type { CompactedTable, EventBus, TableEntry } from '@chargestream/event-bus';
import type { Clock, Logger } from '@chargestream/service-kit';

export interface InstanceBeatOptions {
  bus: EventBus;
  table: CompactedTable;
  instanceId: string;
  clock: Clock;
  logger: Logger;
  source: string;
  /** How often it beats; default INSTANCE_HEARTBEAT_MS. */
  everyMs?: number;
  /** Told once, when a process that started later has the same INSTANCE_ID. */
  onSuperseded: () => void;
}

/** Offset of a boot's first beat: it orders the boots of one instance without looking at clocks. */
const BOOT_EPOCH = 'boot_epoch';

/** Says that this process lives, and notices when another one took its name. Of two, the one that began to beat later stays. */
export class InstanceBeat {
  /** New at every start. */
  readonly bootId = randomUUID();
  private readonly startedAt: string;
  private epoch: number | null = null;
  private timer: NodeJS.Timeout | null = null;
  private beating: Promise<void> | null = null;
  private state: 'starting' | 'beating' | 'superseded' | 'stopped' = 'starting';
  private stopWatching: () => void = () => undefined;

  constructor(private readonly options: InstanceBeatOptions) {
    this.startedAt = this.now();
  }

  /** The first beat is on record when it resolves, before any connection is. @throws what the bus threw. */
  async start(): Promise<void> {
    const { bus, table, instanceId, everyMs = INSTANCE_HEARTBEAT_MS } = this.options;
    const [position] = await bus.publish([this.record()]);
    if (!position) throw new Error('the bus gave no position for the first beat of this instance');
    this.epoch = position.offset;
    this.state = 'beating';
    this.stopWatching = table.onChange((key, entry) => {
      if (key === instanceId) this.noticed(entry);
    });
    this.noticed(table.get(instanceId) ?? null);
    this.timer = setInterval(() => this.beat(), everyMs).unref();
  }

  /** A tombstone tells that nothing of this instance is left open. Never rejects: without it core finds out by the silence. */
  async stop(): Promise<void> {
    const mine = this.state === 'beating';
    this.state = 'stopped';
    this.halt();
    await this.beating;
    if (!mine) return;
    const { bus, instanceId, logger } = this.options;
    try {
      await bus.publish([{ ...this.record(), key: instanceId, value: null }]);
    } catch (error) {
      logger.warn({ err: error }, 'the end of this instance could not be put on record');
    }
  }

  /** @param entry undefined for a tombstone, null when nothing is known. */
  private noticed(entry: TableEntry | undefined | null): void {
    if (this.state !== 'beating' || entry === null) return;
    // The tombstone of an older boot that shut down late: this one lives.
    if (entry === undefined) return this.beat();
    const { bootId, startedAt } = JSON.parse(entry.value.toString('utf8')) as InstanceEntry;
    const epoch = Number(entry.headers[BOOT_EPOCH] ?? entry.offset);
    if (bootId === this.bootId || epoch < (this.epoch ?? 0)) return;
    this.state = 'superseded';
    this.halt();
    const { instanceId, logger } = this.options;
    logger.error(
      { instanceId, bootId: this.bootId, by: bootId, startedAt },
      `another process runs as INSTANCE_ID=${instanceId} and started later: this one takes no chargers any more. ` +
        'Give each connect an INSTANCE_ID of its own, and stop this process.',
    );
    this.options.onSuperseded();
  }

  /** What cannot be put on record is left out: the next one follows soon, and while the bus is away nobody is judged. */
  private beat(): void {
    this.beating ??= this.options.bus
      .publish([this.record()])
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => (this.beating = null));
  }

  private halt(): void {
    if (this.timer) clearInterval(this.timer);
    this.stopWatching();
  }

  private record() {
    const { instanceId, source } = this.options;
    const { bootId, startedAt, epoch } = this;
    const entry: InstanceEntry = { instanceId, bootId, version: VERSION, startedAt, aliveAt: this.now() };
    const identity = { id: eventId('InstanceEntry', bootId, entry.aliveAt), type: 'InstanceEntry', source };
    const record = toBusRecord(TOPICS.instances, instanceId, identity, entry);
    return epoch === null ? record : { ...record, headers: { ...record.headers, [BOOT_EPOCH]: String(epoch) } };
  }

  private now(): string {
    return new Date(this.options.clock()).toISOString();
  }
}

const PACKAGE = readFileSync(path.join(__dirname, '../../package.json'), 'utf8');
const VERSION = (JSON.parse(PACKAGE) as { version: string }).version;
