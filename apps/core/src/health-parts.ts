import { TOPICS } from '@chargestream/contracts';
import type { Health } from '@chargestream/service-kit';
import type { Progress } from './progress';

/** Of each part of core what must get on for it to be well. */
const PARTS: Record<string, { isNeeded: boolean; includes: (what: string) => boolean }> = {
  /** Storing what chargers report and people intend: without it core is of no use. */
  core: {
    isNeeded: true,
    includes: (what) => what === `handling ${TOPICS.chargerEvents}` || what === `handling ${TOPICS.intents}`,
  },
  /** While the read model is away core goes on storing, and it catches up later. */
  'core.read-model': {
    isNeeded: false,
    includes: (what) => what === 'projections' || what === `handling ${TOPICS.ocppMessages}`,
  },
  'core.publishers': { isNeeded: false, includes: (what) => what === 'publishers' || what.startsWith('publishing ') },
  'core.commands': { isNeeded: false, includes: (what) => what === 'commands' },
};

/** Tells how each part of core gets on. A core that leads nothing is well. @returns the function that takes it back. */
export function registerHealth(health: Health, progress: Progress): () => void {
  const unregister = Object.entries(PARTS).map(([name, { isNeeded, includes }]) =>
    health.register(name, () => progress.isHealthy(includes), { isNeeded }),
  );
  return () => {
    for (const one of unregister) one();
  };
}
