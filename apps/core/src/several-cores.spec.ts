import {
  chargerKey,
  chargerStream,
  commandStream,
  sessionStream,
  TOPICS,
  type ConnectionEntry,
  type InboxCommand,
  toBusRecord,
} from '@chargestream/contracts';
import { TENANT } from '@chargestream/domain/testing';
import type { Subscription } from '@chargestream/event-bus';
import { rebuildReadModel } from '@chargestream/read-model';
import { startCore, type CoreOptions, type RunningCore } from './start-core';
import { answerCommands } from './testing/connect-double';
import { Harness } from './testing/harness';
import { Fence, KillableProcess } from './testing/killable';
import { Load } from './testing/load';

let harness: Harness;
let fence: Fence;
let connect: Subscription;
const handed: InboxCommand[] = [];
const running: RunningCore[] = [];

beforeEach(async () => {
  harness = await Harness.open();
  fence = new Fence();
  handed.length = 0;
  connect = await answerCommands(harness.bus, 'connect-1', handed);
});
afterEach(async () => {
  for (const core of running.splice(0)) await core.close();
  await connect.close();
  await harness.close();
});

async function start(over: Partial<CoreOptions> = {}): Promise<RunningCore> {
  const { bus, store, readModel, timers } = harness;
  const settings = { ocppCallTimeoutMs: 30_000 };
  const core = await startCore({ bus, store, readModel, settings, clock: timers.clock, timers, ...over });
  running.push(core);
  harness.core = core;
  return core;
}

async function startProcess(): Promise<KillableProcess> {
  const process = new KillableProcess(harness, fence);
  const { timers } = harness;
  await startCore({ ...process, settings: { ocppCallTimeoutMs: 30_000 }, clock: timers.clock, timers });
  return process;
}

async function online(chargers: readonly string[]): Promise<void> {
  for (const chargerId of chargers) {
    const at = new Date(harness.timers.clock()).toISOString();
    const entry: ConnectionEntry = {
      state: 'open',
      tenantId: TENANT,
      chargerId,
      instanceId: 'connect-1',
      connectionId: chargerId,
      ocppVersion: '2.0.1',
      epoch: null,
      at,
    };
    const identity = { id: chargerId, type: 'ConnectionEntry', source: '/connect' };
    await harness.bus.publish([toBusRecord(TOPICS.connections, chargerKey(TENANT, chargerId), identity, entry)]);
  }
}

/** Everything reported is stored once and in order, every intent is answered and every command has ended. */
async function expectAll(load: Load): Promise<void> {
  await harness.until(() => load.unanswered().length === 0);
  for (const chargerId of load.chargers) {
    const session = await harness.stream(sessionStream(`key-${chargerId}`));
    const seqNos = session.map(({ data }) => (data as { seqNo: number }).seqNo);
    expect(seqNos).toEqual(Array.from({ length: load.length }, (_, n) => n));
    expect(session.at(-1)).toMatchObject({ type: 'SessionEnded', data: { incomplete: false, missingSeqNos: [] } });
    const book = await harness.types(chargerStream(TENANT, chargerId));
    expect(book.filter((type) => type !== 'ChargerUpdated')).toEqual([
      'ChargerRegistered',
      'TransactionOpened',
      'TransactionClosed',
    ]);
    const renamed = load.intents.filter((one) => one.type === 'UpdateCharger' && one.chargerId === chargerId);
    expect(book).toHaveLength(3 + renamed.length);
  }
  const commands = load.intents.filter(({ type }) => type === 'SendCommand').map(({ id }) => id);
  expect(new Set(handed.map(({ commandId }) => commandId)).size).toBe(handed.length);
  // Connect's answers to the last of them may still be on their way.
  await harness.settled();
  await harness.until(async () =>
    (await Promise.all(handed.map(({ commandId }) => hasEnded(commandId)))).every(Boolean),
  );
  // One that was put on record as handed over by a core that died right then: nobody dares to hand it over again.
  harness.timers.advance(2 * 60 * 60_000);
  for (const id of commands) await harness.until(() => hasEnded(id));
}

async function hasEnded(commandId: string): Promise<boolean> {
  return (await harness.types(commandStream(commandId))).includes('CommandFinished');
}

async function expectRebuildable(): Promise<void> {
  await harness.core?.caughtUp();
  const hash = await harness.readModel.contentHash();
  for (const core of running.splice(0)) await core.close();
  harness.core = null;
  await rebuildReadModel(harness);
  expect(await harness.readModel.contentHash()).toBe(hash);
}

describe('of several cores', () => {
  it('one may close in the middle of the work', async () => {
    const first = await start();
    const load = new Load(harness);
    await online(load.chargers);
    await load.go(8);
    await start();
    await load.go(4);
    running.splice(running.indexOf(first), 1);
    await Promise.all([first.close(), load.go(20)]);
    await expectAll(load);
    await expectRebuildable();
  });

  it.each([1, 2, 3, 4, 5, 6])('each may be killed, again and again (%i turns after it got work)', async (turns) => {
    let victim = await startProcess();
    const load = new Load(harness);
    await online(load.chargers);
    await load.go(2);
    for (let round = 0; round < 6; round++) {
      const next = await startProcess();
      await load.go(3);
      for (let turn = 0; turn < turns * turns; turn++) await new Promise((resolve) => setImmediate(resolve));
      await victim.kill();
      victim = next;
    }
    await start();
    await victim.kill();
    await load.go(20);
    await expectAll(load);
    await expectRebuildable();
  });

  it('one that was cut off and comes back changes nothing that others did meanwhile', async () => {
    const zombie = await startProcess();
    const load = new Load(harness);
    await online(load.chargers);
    await load.go(3);
    await start();
    const going = load.go(4);
    await zombie.stallAndLeave();
    await going;
    await load.go(10);
    await harness.settled();
    zombie.wake();
    await load.go(20);
    await expectAll(load);
    await expectRebuildable();
    await zombie.kill();
  });
});
