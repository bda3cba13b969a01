import { STREAM_PREFIXES } from '@chargestream/contracts';
import type { EventStore } from '@chargestream/event-store';
import { runProjections, type AppliedChange, type ReadModel } from '@chargestream/read-model';
import { outcomesPublisher, type ShownOptions } from './intents/intent-outcomes';
import { projectionSpans } from './projection-spans';
import { runPublisher, type RunPublisherOptions } from './publishers/publisher';
import { aborted } from './timers';

export interface ProjectionsRoleOptions extends Omit<RunPublisherOptions, 'create' | 'signal'> {
  store: EventStore;
  readModel: () => Promise<ReadModel>;
  shown: Omit<ShownOptions, 'signal'>;
  gatherMs: number;
  onApplied: (changes: AppliedChange[]) => Promise<void>;
}

/** What the read model follows. */
export const PROJECTED_STREAMS = Object.values(STREAM_PREFIXES);

/**
 * Leads the projections until `signal` aborts: rows and checkpoint of the read model, what live queries are told, and the
 * outcomes of intents, which depend on them.
 * @throws when the read model is away, or another process projects; whoever is leader then begins anew.
 */
export async function leadProjections(options: ProjectionsRoleOptions, signal: AbortSignal): Promise<void> {
  const readModel = await options.readModel();
  const ending = new AbortController();
  const end = () => ending.abort();
  signal.addEventListener('abort', end);
  if (signal.aborted) end();
  let moved: unknown = null;
  const projections = await runProjections({
    readModel,
    store: options.store,
    onApplied: options.onApplied,
    gatherMs: options.gatherMs,
    observe: projectionSpans,
    onError: (error) => {
      options.onError(error, 'projections');
      if (!isMoved(error)) return;
      moved = error;
      end();
    },
  });
  const told = runPublisher({
    ...options,
    signal: ending.signal,
    create: () => outcomesPublisher({ ...options.shown, clock: options.clock, signal: ending.signal }),
  });
  await aborted(ending.signal);
  signal.removeEventListener('abort', end);
  await Promise.all([projections.close(), told]);
  if (moved !== null) throw moved;
}

/** Another process has moved the read model's checkpoint: what this one knows of it is out of date. */
function isMoved(error: unknown): boolean {
  return error instanceof Error && error.name === 'CheckpointMovedError';
}
