import type { ReadModel } from '@chargestream/read-model';

/** The read model, or how to open it: core runs while it is away. */
export type ReadModelSource = ReadModel | (() => Promise<ReadModel>);

/** Opens it at the first use, and at the next one again when that failed. */
export function openOnUse(source: ReadModelSource): () => Promise<ReadModel> {
  if (typeof source !== 'function') return () => Promise.resolve(source);
  let opening: Promise<ReadModel> | null = null;
  return () => {
    if (opening === null) {
      opening = source();
      opening.catch(() => (opening = null));
    }
    return opening;
  };
}
