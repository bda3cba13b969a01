import { inboxTopic, TOPICS } from '@chargestream/contracts';
import type { Fault } from './fault';

const COPIES = 4;
const MARK = 'fault_duplicate';

export const duplicates: Fault = {
  name: 'duplicates',
  summary: 'every event, intent and inbox command comes five times',
  brokers: 1,
  seconds: 60,
  run: async ({ cluster, seconds, openBus, wait, say, recovered }) => {
    const bus = await openBus();
    let copied = 0;
    const inboxes = cluster.ofKind('connect').map(({ name }) => inboxTopic(name));
    const subscription = await bus.subscribe({
      group: `fault-duplicates-${Date.now()}`,
      topics: [TOPICS.chargerEvents, TOPICS.intents, ...inboxes],
      from: 'latest',
      handle: async (records) => {
        const originals = records.filter(({ headers }) => headers[MARK] === undefined);
        copied += originals.length * COPIES;
        for (let copy = 0; copy < COPIES && originals.length > 0; copy++) {
          await bus.publish(
            originals.map(({ topic, key, value, headers }) => ({
              topic,
              key,
              value,
              headers: { ...headers, [MARK]: '1' },
            })),
          );
        }
      },
    });
    await wait(seconds * 1000);
    await subscription.close();
    await bus.close();
    say(`${copied} duplicates injected`);
    if (copied === 0) throw new Error('no duplicate was injected: this run proves nothing');
    await recovered('duplicates');
  },
};
