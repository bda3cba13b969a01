import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { sessionStream } from '@chargestream/contracts';
import type { EventStore, NewEvent, StoredEvent } from '@chargestream/event-store';
import { openEmbeddedEventStore } from '@chargestream/event-store/embedded';
import { openSqliteReadModel } from '@chargestream/read-model';
import { inFolder } from './in-folder';
import { RawInsert } from './raw-insert';
import { compare, type MicroGroup, type RoundSettings } from './rounds';
import { sessionStarted, sessionUpdated } from './session-events';

const SESSIONS = 100;
const UPDATES_PER_SESSION = 400;
/** What a store subscription hands over at a time. */
const BATCH = 500;

/** Events/s into the read model (with the checkpoint in each transaction), against as many bare rows. */
export function benchProjection(dataRoot: string, settings: RoundSettings): Promise<MicroGroup[]> {
  return inFolder(dataRoot, async (folder) => {
    const store = await openEmbeddedEventStore({ path: path.join(folder, 'store.db') });
    const readModel = await openSqliteReadModel({ path: path.join(folder, 'read-model.db') });
    const value = Buffer.from(JSON.stringify(sessionUpdated('0'.repeat(32), 1)));
    const raw = new RawInsert(path.join(folder, 'raw.db'), value);
    try {
      const batches = await storedBatches(store);
      const apply = async () => {
        const batch = batches.shift();
        if (batch === undefined) return 0;
        await readModel.apply(batch);
        return batch.length;
      };
      return [
        await compare(
          `projection: events/s of ${SESSIONS} sessions, ${BATCH} in a transaction`,
          { name: `libsql, ${BATCH} rows`, run: () => raw.insert(BATCH) },
          [{ name: 'readModel.apply', run: apply }],
          settings,
        ),
      ];
    } finally {
      await readModel.close();
      await store.close();
      raw.close();
    }
  });
}

/** Sessions that run side by side, read back from the store so that their positions are real. */
async function storedBatches(store: EventStore): Promise<StoredEvent[][]> {
  const sessions = Array.from({ length: SESSIONS }, (_, index) => index.toString(16).padStart(32, '0'));
  const streams = sessions.map((sessionId) => ({ sessionId, revision: 'no-stream' as number | 'no-stream' }));
  const append = async (stream: (typeof streams)[number], events: Omit<NewEvent, 'id'>[]) => {
    const withIds = events.map((event) => ({ id: randomUUID(), ...event }));
    stream.revision = (await store.append(sessionStream(stream.sessionId), withIds, stream.revision)).revision;
  };
  await Promise.all(streams.map((stream) => append(stream, [sessionStarted(stream.sessionId)])));
  for (let n = 1; n <= UPDATES_PER_SESSION; n++) {
    await Promise.all(streams.map((stream) => append(stream, [sessionUpdated(stream.sessionId, n)])));
  }
  const batches: StoredEvent[][] = [[]];
  for await (const event of store.readAll()) {
    if (batches.at(-1)?.length === BATCH) batches.push([]);
    batches.at(-1)?.push(event);
  }
  return batches;
}
