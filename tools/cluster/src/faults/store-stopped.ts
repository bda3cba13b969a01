import type { Fault } from './fault';

export const storeStopped: Fault = {
  name: 'store-stopped',
  summary: 'the event store is killed and comes back',
  brokers: 1,
  seconds: 45,
  run: async ({ cluster, seconds, wait, say, recovered }) => {
    if (cluster.store === null) throw new Error('EVENTSTORE_URL names a store that is not ours to stop: unset it.');
    await cluster.store.kill();
    say(`event store killed for ${seconds} s`);
    await wait(seconds * 1000);
    await cluster.store.start();
    await recovered('event store');
  },
};
