import { scenario } from '../driving/script';

/** Worked example: the network is lost during a session; its end is told after the charger is back. */
export const tunnel = scenario(
  'tunnel',
  'one session after the other, each ends while the network is away',
  async (charger, { signal, token }) => {
    await charger.boot();
    while (!signal.aborted) {
      await charger.plugIn(1);
      const { kind } = await charger.start(1, token());
      await charger.wait(600);
      charger.goOffline();
      await charger.wait(300);
      if (kind === 'started') await charger.stop(1);
      await charger.unplug(1);
      await charger.wait(300);
      await charger.goOnline();
      await charger.drained();
    }
  },
);
