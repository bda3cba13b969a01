import { mkdtemp, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { median } from '../statistics';

const WRITES = 50;

/**
 * Median time of a 4 KB append made durable, milliseconds: what a commit costs on this disk. On a memory file system it
 * is next to nothing, and then so is the durability.
 */
export async function durableWriteMs(dataRoot: string): Promise<number> {
  const folder = await mkdtemp(path.join(dataRoot, 'chargestream-bench-disk-'));
  try {
    const file = await open(path.join(folder, 'probe'), 'w');
    const block = Buffer.alloc(4096, 1);
    const times: number[] = [];
    for (let write = 0; write < WRITES; write++) {
      const began = performance.now();
      await file.write(block);
      await file.datasync();
      times.push(performance.now() - began);
    }
    await file.close();
    return median(times) ?? 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
