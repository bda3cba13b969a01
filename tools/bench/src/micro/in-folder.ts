import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';

/** Runs `work` with a folder of its own below `dataRoot` and removes it afterwards. */
export async function inFolder<Result>(dataRoot: string, work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(path.join(dataRoot, 'chargestream-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
