import type { Fault } from './fault';

export const postgresStopped: Fault = {
  name: 'postgres-stopped',
  summary: 'PostgreSQL is killed and comes back',
  brokers: 1,
  seconds: 45,
  run: async ({ cluster, seconds, wait, say, recovered }) => {
    await cluster.postgres.kill('SIGQUIT');
    say(`PostgreSQL killed for ${seconds} s`);
    await wait(seconds * 1000);
    await cluster.postgres.start();
    await recovered('PostgreSQL');
  },
};
