import { rebuildReadModel } from '@chargestream/read-model';
import { Cores } from './testing/cores';
import { Harness } from './testing/harness';
import { Load } from './testing/load';

let harness: Harness;
let cores: Cores;
let load: Load;

beforeEach(async () => {
  harness = await Harness.open();
  cores = new Cores(harness);
  load = new Load(harness);
});
afterEach(async () => {
  await cores.closeAll();
  await harness.close();
});

async function expectAllIsWell(): Promise<void> {
  expect(await cores.problems(load)).toEqual([]);
  // One that was put on record as handed over by a core that died right then: nobody dares to hand it over again.
  harness.timers.advance(2 * 60 * 60_000);
  for (const { id, type } of load.intents) {
    if (type === 'SendCommand') await harness.until(() => cores.hasEnded(id));
  }
  await harness.settled();
  const hash = await harness.readModel.contentHash();
  await cores.closeAll();
  await rebuildReadModel(harness);
  expect(await harness.readModel.contentHash()).toBe(hash);
}

describe('of several cores', () => {
  it('one may close in the middle of the work', async () => {
    const first = await cores.start();
    await cores.online(load.chargers);
    await load.go(8);
    await cores.start();
    await load.go(4);
    await Promise.all([cores.close(first), load.go(20)]);
    await expectAllIsWell();
    expect(cores.handed).toHaveLength(load.intents.filter(({ type }) => type === 'SendCommand').length);
  });

  it.each([1, 2, 3, 4, 5, 6])('each may be killed, again and again (seed %i)', async (seed) => {
    let victim = await cores.startProcess();
    await cores.online(load.chargers);
    await load.go(2);
    for (let round = 0; round < 6; round++) {
      const next = await cores.startProcess();
      await load.go(3);
      for (let turn = 0; turn < seed * seed; turn++) await new Promise((resolve) => setImmediate(resolve));
      await victim.kill();
      victim = next;
    }
    await cores.start();
    await victim.kill();
    await load.go(20);
    await expectAllIsWell();
  });

  it('one that was cut off and comes back changes nothing that others did meanwhile', async () => {
    const zombie = await cores.startProcess();
    await cores.online(load.chargers);
    await load.go(3);
    await harness.until(() => cores.handed.length > 0);
    await cores.start();
    const going = load.go(4);
    await zombie.stallAndLeave();
    await going;
    await load.go(10);
    await harness.settled();
    zombie.wake();
    await load.go(20);
    await expectAllIsWell();
    // It has tried.
    expect(cores.fence.refusals).toBeGreaterThan(0);
    await zombie.kill();
  });
});
