import type { Fault } from './fault';

const EVERY_S = 20;

export const killServices: Fault = {
  name: 'kill-services',
  summary: `SIGKILL of a service at random every ${EVERY_S} s`,
  brokers: 1,
  seconds: 120,
  run: async ({ cluster, random, seconds, wait, say, recovered }) => {
    // Every service at least once where time allows, in an order the seed decides.
    let left: typeof cluster.services = [];
    for (let elapsedS = 0; elapsedS < seconds; elapsedS += EVERY_S) {
      if (left.length === 0) left = [...cluster.services];
      const victim = random.pick(left);
      left = left.filter((service) => service !== victim);
      const killedAtMs = Date.now();
      await victim.kill();
      say(`SIGKILL ${victim.name}`);
      await victim.start();
      // From the kill on: the service was started again at once.
      await recovered(victim.name, killedAtMs);
      await wait(Math.max(0, killedAtMs + EVERY_S * 1000 - Date.now()));
    }
  },
};
