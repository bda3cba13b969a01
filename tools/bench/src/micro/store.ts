import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { sessionStream } from '@chargestream/contracts';
import type { EventStore, NewEvent } from '@chargestream/event-store';
import { openEmbeddedEventStore } from '@chargestream/event-store/embedded';
import { inFolder } from './in-folder';
import { BATCH, RawInsert } from './raw-insert';
import { compare, type MicroGroup, type RoundSettings } from './rounds';
import { sessionUpdated } from './session-events';

/** Durable appends to the embedded store: long batches, many streams at once, and one by one. */
export function benchStore(dataRoot: string, settings: RoundSettings): Promise<MicroGroup[]> {
  return inFolder(dataRoot, async (folder) => {
    const value = Buffer.from(JSON.stringify(sessionUpdated('0'.repeat(32), 1)));
    const raw = new RawInsert(path.join(folder, 'raw.db'), value);
    const store = await openEmbeddedEventStore({ path: path.join(folder, 'store.db') });
    try {
      const long = new Appender(store, 'f00');
      const many = Array.from({ length: BATCH }, (_, index) => new Appender(store, index.toString(16)));
      const inBatches = await compare(
        `store: events/s, ${BATCH} in a transaction`,
        { name: `libsql, ${BATCH} rows`, run: () => raw.insert(BATCH) },
        [
          { name: `append of ${BATCH} to one stream`, run: () => long.append(BATCH) },
          {
            name: `appends of 1 to ${BATCH} streams at once`,
            run: async () => {
              await Promise.all(many.map((appender) => appender.append(1)));
              return BATCH;
            },
          },
        ],
        settings,
      );
      const single = await compare(
        'store: events/s, one by one',
        { name: 'libsql, 1 row', run: () => raw.insert(1) },
        [{ name: 'append of 1', run: () => long.append(1) }],
        settings,
      );
      return [inBatches, single];
    } finally {
      await store.close();
      raw.close();
    }
  });
}

/** The writer of one session's stream. */
class Appender {
  private revision: number | 'no-stream' = 'no-stream';
  private readonly sessionId: string;
  private readonly stream: string;
  private made = 0;

  constructor(
    private readonly store: EventStore,
    seed: string,
  ) {
    this.sessionId = seed.padStart(32, '0');
    this.stream = sessionStream(this.sessionId);
  }

  async append(count: number): Promise<number> {
    const events = Array.from({ length: count }, (): NewEvent => {
      this.made += 1;
      return { id: randomUUID(), ...sessionUpdated(this.sessionId, this.made) };
    });
    const { revision } = await this.store.append(this.stream, events, this.revision);
    this.revision = revision;
    return count;
  }
}
