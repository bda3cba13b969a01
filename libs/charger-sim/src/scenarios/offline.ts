import { eachOutlet, keepOutletBusy, type Scenario, type ScenarioContext } from './scenario';

const MINUTE_S = 60;

/** The network goes and comes back until the run ends. */
async function flakyNetwork({ charger, random, signal, wait }: ScenarioContext): Promise<void> {
  while (!signal.aborted) {
    await wait(random.between(5 * MINUTE_S, 20 * MINUTE_S));
    if (signal.aborted) return;
    charger.loseNetwork();
    await wait(random.between(2 * MINUTE_S, 15 * MINUTE_S));
    charger.findNetwork();
    await charger.online(signal);
  }
}

export const offline: Scenario = {
  name: 'offline',
  summary:
    'cars come and go while the network fails for 2 to 15 minutes at a time; what happened meanwhile is replayed',
  run: async (context) => {
    await context.charger.online(context.signal);
    const cars = eachOutlet(context, (connectorId) =>
      keepOutletBusy(context, connectorId, { pauseS: [0, 3 * MINUTE_S], stayS: [5 * MINUTE_S, 40 * MINUTE_S] }),
    );
    await Promise.all([cars, flakyNetwork(context)]);
  },
};
