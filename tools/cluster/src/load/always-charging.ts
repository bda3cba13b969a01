import type { Scenario } from '@chargestream/charger-sim';

/** One long session after the other at one outlet, a sample every simulated minute. */
export const alwaysCharging: Scenario = {
  name: 'always-charging',
  summary: 'a session is running nearly all the time',
  run: async ({ charger, signal, random, wait, token }) => {
    await charger.online(signal);
    while (!signal.aborted) {
      await charger.charge({ connectorId: 1, idToken: token(), durationS: random.between(1800, 7200), startSoc: 0.1 });
      await wait(random.between(30, 120));
    }
  },
};
