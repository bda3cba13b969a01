import { mkdirSync } from 'node:fs';
import path from 'node:path';

/** Where standalone keeps its three databases. */
export interface DataFolder {
  folder: string;
  busPath: string;
  storePath: string;
  readModelPath: string;
}

/** Creates the folder if it is missing, readable by its owner only: it holds password hashes and tokens. */
export function dataFolder(dataDir: string): DataFolder {
  const folder = path.resolve(dataDir);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    folder,
    busPath: path.join(folder, 'bus.db'),
    storePath: path.join(folder, 'events.db'),
    readModelPath: path.join(folder, 'read-model.db'),
  };
}
