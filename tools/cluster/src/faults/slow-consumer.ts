import type { Fault } from './fault';

const PERIOD_MS = 500;
/** Of each period the process runs a tenth. */
const RUNNING_MS = PERIOD_MS / 10;

export const slowConsumer: Fault = {
  name: 'slow-consumer',
  summary: 'every core runs a tenth of the time, frozen in between',
  brokers: 1,
  seconds: 60,
  run: async ({ cluster, seconds, wait, say, recovered }) => {
    const cores = cluster.ofKind('core');
    say(`${cores.length} cores slowed tenfold for ${seconds} s`);
    const until = Date.now() + seconds * 1000;
    while (Date.now() < until) {
      for (const core of cores) core.freeze();
      await wait(PERIOD_MS - RUNNING_MS);
      for (const core of cores) core.resume();
      await wait(RUNNING_MS);
    }
    await recovered('cores');
  },
};
