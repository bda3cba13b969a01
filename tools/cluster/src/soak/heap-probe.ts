import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { HEAP_LINE } from './heap-line';

// Loaded into the program that is measured (`node -r`): on SIGUSR2 it says on standard error what is left after collecting garbage.
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

process.on('SIGUSR2', () => {
  collect();
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.stderr.write(`${HEAP_LINE}${JSON.stringify({ atMs: Date.now(), heapUsed, external, rss })}\n`);
});
