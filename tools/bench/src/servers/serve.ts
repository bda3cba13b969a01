import { Session } from 'node:inspector/promises';
import { writeFile } from 'node:fs/promises';
import { answerRequests } from '../process/child-side';
import type { MemoryUsage, ServerAddress, ServerRequests } from '../process/protocol';

/**
 * Answers the bench on behalf of a server under test.
 * @param metricsText the server's metrics in the Prometheus text format
 */
export function serve(address: ServerAddress, metricsText: () => Promise<string>, close: () => Promise<void>): void {
  const profiler = new Session();
  answerRequests<ServerRequests>(
    {
      usage: () => {
        const { user, system } = process.cpuUsage();
        return { cpuMicroseconds: user + system, atMs: performance.now() };
      },
      memory: () => memoryAfterCollection(),
      lostLogEntries: async () => lostLogEntries(await metricsText()),
      profileStart: async () => {
        profiler.connect();
        await profiler.post('Profiler.enable');
        await profiler.post('Profiler.start');
        return null;
      },
      profileStop: async ({ file }) => {
        const { profile } = await profiler.post('Profiler.stop');
        profiler.disconnect();
        await writeFile(file, JSON.stringify(profile));
        return null;
      },
      stop: async () => {
        setImmediate(() => void close().then(() => process.exit(0)));
        return null;
      },
    },
    address,
  );
}

/** Garbage of garbage takes more than one collection; the event loop turns in between so that handles are let go. */
async function memoryAfterCollection(): Promise<MemoryUsage> {
  if (!globalThis.gc) throw new Error('The server was started without --expose-gc.');
  for (let round = 0; round < 5; round++) {
    await globalThis.gc({ execution: 'sync', type: 'major' } as never);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rssBytes: rss, heapUsedBytes: heapUsed, externalBytes: external };
}

const LOST = 'chargestream_ocpp_message_log_lost_total';

/** @throws Error when there are metrics but not this one: zero would be a guess */
function lostLogEntries(metrics: string): number {
  if (metrics === '') return 0;
  const value = new RegExp(`^${LOST} (\\d+)$`, 'm').exec(metrics)?.[1];
  if (value === undefined) throw new Error(`The server has no metric ${LOST}.`);
  return Number(value);
}
