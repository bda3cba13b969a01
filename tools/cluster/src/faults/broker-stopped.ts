import type { Fault } from './fault';

export const brokerStopped: Fault = {
  name: 'broker-stopped',
  summary: 'the only broker is killed and comes back after a minute',
  brokers: 1,
  seconds: 60,
  run: async ({ cluster, seconds, wait, say, recovered }) => {
    const [node] = cluster.kafka.nodes;
    if (node === undefined) throw new Error('KAFKA_BROKERS names brokers that are not ours to stop: unset it.');
    await node.kill('SIGKILL');
    say(`broker killed for ${seconds} s`);
    await wait(seconds * 1000);
    await node.start();
    await recovered('broker');
  },
};
