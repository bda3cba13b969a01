import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { openEventStoreDb } from '@chargestream/event-store/eventstoredb';
import { startEventStoreDouble, type EventStoreDouble } from '@chargestream/eventstore-double';
import { describeWithDatabases } from '@chargestream/postgres';
import { openPostgresReadModel } from '@chargestream/read-model/postgres';
import { LogWriter, sessionStarted, sessionUpdated } from '@chargestream/read-model/testing';

const run = promisify(execFile);
const PROGRAM = path.resolve(__dirname, '../dist/rebuild-read-model.js');

describeWithDatabases('npm run rebuild-read-model, on EventStoreDB and PostgreSQL', (newDatabase) => {
  let double: EventStoreDouble;
  beforeAll(async () => {
    double = await startEventStoreDouble();
  });
  afterAll(() => double?.stop());

  it('builds what the events say, over what was there', async () => {
    const log = new LogWriter();
    log.session('CP', 's1', sessionStarted('s1'));
    log.session('CP', 's1', sessionUpdated(1_500, []));
    const store = await openEventStoreDb({ url: double.url });
    for (const { stream, revision, ...event } of log.events) {
      await store.append(stream, [event], revision === 0 ? 'no-stream' : revision - 1);
    }
    await store.close();
    const url = await newDatabase();
    const drifted = await openPostgresReadModel({ url });
    await drifted.apply([new LogWriter().session('CP', 'gone', sessionStarted('gone'))]);
    await drifted.close();

    const rebuild = async () => {
      const env = { ...process.env, NODE_OPTIONS: '', EVENTSTORE_URL: double.url, DATABASE_URL: url };
      const { stdout } = await run(process.execPath, [PROGRAM], { env });
      return [...stdout.matchAll(/^(?:before|after): +([0-9a-f]{64})$/gm)].map(([, hash]) => hash);
    };
    const [before, after] = await rebuild();
    expect(after).not.toBe(before);
    expect(await rebuild()).toEqual([after, after]);
    const rebuilt = await openPostgresReadModel({ url });
    expect(await rebuilt.queries.session('default', 's1')).toMatchObject({ meter_wh: 1_500 });
    expect(await rebuilt.queries.session('default', 'gone')).toBeUndefined();
    await rebuilt.close();
  }, 60_000);
});
