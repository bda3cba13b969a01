import { Session } from 'node:inspector/promises';
import { writeFile } from 'node:fs/promises';
import { answerRequests } from '../process/child-side';
import type { MemoryUsage, ServerAddress, ServerRequests } from '../process/protocol';

/** Answers the bench on behalf of a server under test. */
export function serve(address: ServerAddress, close: () => Promise<void>): void {
  const profiler = new Session();
  answerRequests<ServerRequests>(
    {
      usage: () => {
        const { user, system } = process.cpuUsage();
        return { cpuMicroseconds: user + system, atMs: performance.now() };
      },
      memory: () => memoryAfterCollection(),
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
