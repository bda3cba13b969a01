import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  chargerKey,
  TOPIC_SPECS,
  TOPICS,
  tokenKey,
  type ChargerEvent,
  type ChargerEventOf,
  type ChargerEventType,
  type ConnectionEntry,
  type InboxCommand,
  type OcppMessageEntry,
  inboxTopic,
  type RegistryEntry,
  type TokenEntry,
} from '@chargestream/contracts';
import { validatingBus, type ContractViolationError } from '@chargestream/contracts/validation';
import type { EventBus } from '@chargestream/event-bus';
import { openEmbeddedEventBus } from '@chargestream/event-bus/embedded';
import { FaultyEventBus } from '@chargestream/event-bus/testing';
import { createLogger, Settings } from '@chargestream/service-kit';
import type { ConnectModuleOptions } from '../connect.module';
import { startConnect, type RunningConnect } from '../start-connect';
import { TestCharger, type ConnectingAs, type Refused } from './test-charger';

/** Connect on an embedded bus in a folder of its own, and what a test wants to see of both. */
export class Rig {
  readonly events: ChargerEvent[] = [];
  readonly connections: { entry: ConnectionEntry; offset: number }[] = [];
  readonly messages: OcppMessageEntry[] = [];
  /** What connect published, or tried to, against its contract. */
  private readonly violations: ContractViolationError[] = [];
  private readonly running: RunningConnect[] = [];
  private readonly wake: (() => void)[] = [];

  private constructor(
    readonly bus: FaultyEventBus,
    private readonly folder: string,
  ) {}

  static async open(): Promise<Rig> {
    const folder = await mkdtemp(join(tmpdir(), 'connect-'));
    const rig = new Rig(new FaultyEventBus(await openEmbeddedEventBus({ path: join(folder, 'bus.db') })), folder);
    await rig.bus.ensureTopics(TOPIC_SPECS);
    await rig.bus.subscribe({
      group: 'test',
      topics: [TOPICS.chargerEvents, TOPICS.connections, TOPICS.ocppMessages],
      from: 'earliest',
      handle: async (records) => {
        for (const { topic, value, offset } of records) {
          const data: unknown = JSON.parse(value?.toString() ?? 'null');
          if (topic === TOPICS.chargerEvents) rig.events.push(data as ChargerEvent);
          else if (topic === TOPICS.connections) rig.connections.push({ entry: data as ConnectionEntry, offset });
          else rig.messages.push(...(data as OcppMessageEntry[]));
        }
        for (const wake of rig.wake.splice(0)) wake();
      },
    });
    return rig;
  }

  /** Any free port; quiet; everything else as a fresh installation has it. */
  async start(settings: Partial<Settings> = {}, more: Partial<ConnectModuleOptions> = {}): Promise<RunningConnect> {
    const whole = Object.assign(new Settings(), { ocppPort: 0, logLevel: 'silent' }, settings);
    const logger = createLogger(whole);
    const onViolation = (violation: ContractViolationError) => void this.violations.push(violation);
    const bus = validatingBus<EventBus>(this.bus, { onViolation });
    const running = await startConnect({ bus, settings: whole, logger, ...more });
    this.running.push(running);
    return running;
  }

  async close(): Promise<void> {
    await Promise.all(this.running.splice(0).map((running) => running.close()));
    await this.bus.close();
    await rm(this.folder, { recursive: true, force: true });
    if (this.violations[0]) throw this.violations[0];
  }

  /** A charger that must be let in. */
  async charger(as: Partial<ConnectingAs> = {}): Promise<TestCharger> {
    const dialled = await this.dial(as);
    if (dialled instanceof TestCharger) return dialled;
    throw new Error(`refused with ${dialled.status}: ${dialled.body}`);
  }

  dial(as: Partial<ConnectingAs> = {}): Promise<TestCharger | Refused> {
    return TestCharger.dial({ port: this.running[0]?.port ?? 0, path: '/ocpp/CP1', ...as });
  }

  /** The events of a type, once there are so many; fails with what there is when the test's time is up. */
  async eventsOf<Type extends ChargerEventType>(type: Type, count = 1): Promise<ChargerEventOf<Type>[]> {
    const found = () => this.events.filter((event): event is ChargerEventOf<Type> => event.type === type);
    await this.until(() => found().length >= count);
    return found();
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.wake.push(resolve));
  }

  async register(entry: Partial<RegistryEntry> & { chargerId: string }): Promise<void> {
    const whole: RegistryEntry = {
      tenantId: 'default',
      registration: 'ACCEPTED',
      credentials: null,
      retired: false,
      ...entry,
    };
    await this.put(TOPICS.registry, chargerKey(whole.tenantId, whole.chargerId), whole);
  }

  async token(entry: Partial<TokenEntry> & { idToken: string }): Promise<void> {
    const whole: TokenEntry = {
      tenantId: 'default',
      type: 'ISO14443',
      status: 'ACCEPTED',
      expiresAt: null,
      groupId: null,
      cacheable: true,
      ...entry,
    };
    await this.put(TOPICS.tokens, tokenKey(whole.tenantId, whole.idToken), whole);
  }

  /** Puts a command into the instance's inbox, as core does. */
  async command({
    instanceId = 'connect-1',
    ...command
  }: Pick<InboxCommand, 'commandId' | 'command' | 'epoch'> &
    Partial<InboxCommand> & { instanceId?: string }): Promise<void> {
    const whole: InboxCommand = {
      tenantId: 'default',
      chargerId: 'CP1',
      expiresAt: '2999-01-01T00:00:00.000Z',
      correlationId: command.commandId,
      ...command,
    };
    await this.put(inboxTopic(instanceId), chargerKey(whole.tenantId, whole.chargerId), whole);
  }

  async put(topic: string, key: string, value: unknown): Promise<number> {
    const [position] = await this.bus.publish([{ topic, key, value: Buffer.from(JSON.stringify(value)) }]);
    return position?.offset ?? -1;
  }
}
