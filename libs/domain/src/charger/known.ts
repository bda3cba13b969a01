import { hasSeen } from '../recent-ids';
import type { ChargerState } from './state';

/** Whether an event or intent, by its id, became a fact of the charger already: what comes of it elsewhere is stored too. */
export function isKnownTo({ recent }: ChargerState, causationId: string): boolean {
  return hasSeen(recent, causationId);
}
