import {
  chargerKey,
  chargerStream,
  commandStream,
  sessionStream,
  toBusRecord,
  TOPICS,
  type ConnectionEntry,
  type InboxCommand,
} from '@chargestream/contracts';
import { validatingBus, validatingStore } from '@chargestream/contracts/validation';
import { TENANT } from '@chargestream/domain/testing';
import type { EventBus, Subscription } from '@chargestream/event-bus';
import type { EventStore } from '@chargestream/event-store';
import { startCore, type RunningCore } from '../start-core';
import type { Timers } from '../timers';
import { answerCommands } from './connect-double';
import type { Harness } from './harness';
import { Fence, KillableProcess } from './killable';
import type { Load } from './load';

/** Several cores on the parts of one harness, and a connect that answers their commands. */
export class Cores {
  readonly handed: InboxCommand[] = [];
  private readonly running = new Set<RunningCore>();
  readonly fence = new Fence();
  private connect: Subscription | null = null;

  /** @param timers of the cores; absent those of the harness, by which its clock always goes */
  constructor(
    private readonly harness: Harness,
    private readonly timers: Timers = harness.timers,
  ) {}

  /** Those of these chargers are online, at a connect that answers every command. */
  async online(chargers: readonly string[]): Promise<void> {
    const { bus, timers } = this.harness;
    this.connect = await answerCommands(bus, 'connect-1', this.handed);
    const at = new Date(timers.clock()).toISOString();
    const opened = {
      state: 'open',
      tenantId: TENANT,
      instanceId: 'connect-1',
      ocppVersion: '2.0.1',
      epoch: null,
    } as const;
    await bus.publish(
      chargers.map((chargerId) => {
        const entry: ConnectionEntry = { ...opened, chargerId, connectionId: chargerId, at };
        const identity = { id: chargerId, type: 'ConnectionEntry', source: '/connect' };
        return toBusRecord(TOPICS.connections, chargerKey(TENANT, chargerId), identity, entry);
      }),
    );
  }

  async start(bus?: EventBus): Promise<RunningCore> {
    const core = await this.startAs(this.process(bus));
    this.running.add(core);
    this.harness.core = core;
    return core;
  }

  /** One that can be killed. */
  async startProcess(bus?: EventBus): Promise<KillableProcess> {
    const process = this.process(bus);
    await this.startAs(process);
    return process;
  }

  async close(core: RunningCore): Promise<void> {
    this.running.delete(core);
    if (this.harness.core === core) this.harness.core = null;
    await core.close();
  }

  async closeAll(): Promise<void> {
    for (const core of this.running) await this.close(core);
    await this.connect?.close();
    this.connect = null;
  }

  /**
   * What is wrong with what came of a load, nothing if all is well: everything reported is stored once and in order, every
   * intent is answered, no command was handed over twice and all have ended.
   */
  async problems(load: Load): Promise<string[]> {
    const { harness, handed } = this;
    await harness.until(() => load.unanswered().length === 0);
    const problems = (await Promise.all(load.chargers.map((chargerId) => this.problemsOf(chargerId, load)))).flat();
    if (new Set(handed.map(({ commandId }) => commandId)).size < handed.length) problems.push('handed over twice');
    // Connect's answers to the last of them may still be on their way.
    await harness.until(async () => {
      await harness.settled();
      return (await Promise.all(handed.map(({ commandId }) => this.hasEnded(commandId)))).every(Boolean);
    });
    return problems;
  }

  async hasEnded(commandId: string): Promise<boolean> {
    return (await this.harness.types(commandStream(commandId))).includes('CommandFinished');
  }

  private async problemsOf(chargerId: string, load: Load): Promise<string[]> {
    const problems: string[] = [];
    const differ = (what: string, found: readonly unknown[], expected: readonly unknown[]) => {
      if (found.join() !== expected.join()) problems.push(`${what} of ${chargerId}: ${found.join()}`);
    };
    const session = await this.harness.stream(sessionStream(`key-${chargerId}`));
    const seqNos = session.map(({ data }) => (data as { seqNo: number }).seqNo);
    differ(
      'seqNos',
      seqNos,
      Array.from({ length: load.length }, (_, n) => n),
    );
    const missing = (session.at(-1)?.data as { missingSeqNos?: number[] } | undefined)?.missingSeqNos;
    differ('missing seqNos', missing ?? ['no end'], []);
    const book = await this.harness.types(chargerStream(TENANT, chargerId));
    const renamed = load.intents.filter((one) => one.type === 'UpdateCharger' && one.chargerId === chargerId).length;
    differ('names', [book.filter((type) => type === 'ChargerUpdated').length], [renamed]);
    const others = book.filter((type) => type !== 'ChargerUpdated');
    differ('book', others, ['ChargerRegistered', 'TransactionOpened', 'TransactionClosed']);
    return problems;
  }

  private process(bus = this.harness.bus): KillableProcess {
    const { store, readModel } = this.harness;
    return new KillableProcess({ bus, store, readModel }, this.fence);
  }

  private startAs({ bus, store, readModel }: KillableProcess): Promise<RunningCore> {
    const settings = { ocppCallTimeoutMs: 30_000 };
    return startCore({
      bus: validatingBus<EventBus>(bus),
      store: validatingStore<EventStore>(store),
      readModel,
      settings,
      clock: this.harness.timers.clock,
      timers: this.timers,
    });
  }
}
