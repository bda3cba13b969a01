/** How a line of the heap probe begins. */
export const HEAP_LINE = 'heap-probe ';

/** What the measured program holds after collecting garbage, bytes. */
export interface HeapReading {
  atMs: number;
  heapUsed: number;
  external: number;
  rss: number;
}

/** The newest reading in what a program printed; null when there is none. */
export function newestReading(output: string): HeapReading | null {
  const at = output.lastIndexOf(HEAP_LINE);
  const end = output.indexOf('\n', at);
  if (at < 0 || end < 0) return null;
  return JSON.parse(output.slice(at + HEAP_LINE.length, end)) as HeapReading;
}
