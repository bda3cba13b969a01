import { eachOutlet, type Scenario, type ScenarioContext } from './scenario';

const MINUTE_S = 60;

/** One car arrives somewhere in the wave and stays its time. */
async function oneCar(context: ScenarioContext, connectorId: number): Promise<void> {
  const { charger, random, signal, wait, token, refused } = context;
  await wait(random.between(0, 20 * MINUTE_S));
  if (signal.aborted) return;
  const durationS = random.between(40 * MINUTE_S, 80 * MINUTE_S);
  const outcome = await charger.charge({ connectorId, idToken: token(), durationS });
  if (outcome.kind === 'refused') refused(outcome.idToken);
}

/** Half of the sites are in a garage where the network fails while all are there. */
async function garage({ charger, random, signal, wait }: ScenarioContext): Promise<void> {
  if (random.chance(0.5)) return;
  await wait(random.between(25 * MINUTE_S, 40 * MINUTE_S));
  if (signal.aborted) return;
  charger.loseNetwork();
  await wait(random.between(5 * MINUTE_S, 20 * MINUTE_S));
  charger.findNetwork();
}

export const commute: Scenario = {
  name: 'commute',
  summary:
    'all cars arrive within 20 minutes, stay for about an hour and leave; half of the chargers go offline meanwhile',
  run: async (context) => {
    await context.charger.online(context.signal);
    while (!context.signal.aborted) {
      await Promise.all([eachOutlet(context, (connectorId) => oneCar(context, connectorId)), garage(context)]);
      await context.wait(10 * MINUTE_S);
    }
  },
};
