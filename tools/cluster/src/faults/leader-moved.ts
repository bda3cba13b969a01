import type { Fault } from './fault';

export const leaderMoved: Fault = {
  name: 'leader-moved',
  summary: 'each of three brokers is killed in turn, so that every partition gets another leader',
  brokers: 3,
  seconds: 90,
  run: async ({ cluster, seconds, wait, say, recovered }) => {
    const { nodes } = cluster.kafka;
    if (nodes.length < 3) throw new Error('KAFKA_BROKERS names brokers that are not ours to stop: unset it.');
    for (const node of nodes) {
      await node.kill('SIGKILL');
      say(`broker ${node.id} killed`);
      await recovered(`without broker ${node.id}`);
      await wait((seconds * 1000) / nodes.length / 2);
      await node.start();
      say(`broker ${node.id} is back`);
      await wait((seconds * 1000) / nodes.length / 2);
    }
    await recovered('all brokers');
  },
};
