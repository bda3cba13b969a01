import { TOPICS } from '@chargestream/contracts';
import type { CompactedTable } from '@chargestream/event-bus';
import { compareLetters, parksItsKey, readLetter, type Letter } from '../letter';
import type { Filter, Target } from './arguments';

/** All letters of the topic, those of one key together and in their order. */
export function lettersIn(table: CompactedTable): Letter[] {
  const letters = [...table.entries()].map(readLetter).filter((letter) => letter !== null);
  return letters.sort((a, b) => {
    if (a.record.key !== b.record.key) return a.record.key < b.record.key ? -1 : 1;
    if (a.record.topic !== b.record.topic) return a.record.topic < b.record.topic ? -1 : 1;
    return compareLetters(a, b);
  });
}

export function selected(letters: readonly Letter[], target: Target): Letter[] {
  if (target.all) return [...letters];
  return letters.filter(({ id, record }) => (target.id === null ? record.key === target.key : id === target.id));
}

export function matching(letters: readonly Letter[], filter: Filter, nowMs: number): Letter[] {
  return letters.filter(({ record, reason, parkedAt }) => {
    const { tenantId, chargerId } = whose(record.key);
    if (filter.tenantId !== null && filter.tenantId !== tenantId) return false;
    if (filter.chargerId !== null && filter.chargerId !== chargerId) return false;
    if (filter.reason !== null && filter.reason !== reason) return false;
    return nowMs - Date.parse(parkedAt) >= filter.minAgeMs;
  });
}

/** Whose a key is; of what is no charger's key as much as can be read. */
export function whose(key: string): { tenantId: string; chargerId: string | null } {
  const [tenantId = '', chargerId] = key.split('/').map(decoded);
  return { tenantId, chargerId: chargerId ?? null };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Letters that are replayed by one record: a charger's go one after the other, beginning with the oldest. */
export interface Replay {
  first: Letter;
  letters: Letter[];
}

export function replaysOf(letters: readonly Letter[]): Replay[] {
  const ofChargers = new Map<string, Letter[]>();
  const alone: Replay[] = [];
  for (const letter of letters) {
    if (!parksItsKey(letter)) alone.push({ first: letter, letters: [letter] });
    else ofChargers.set(letter.record.key, [...(ofChargers.get(letter.record.key) ?? []), letter]);
  }
  return [...[...ofChargers.values()].map((group) => ({ first: group[0]!, letters: group })), ...alone];
}

/** The topics from which letters come. Nothing else is ever written to by a replay. */
export const REPLAYED_TOPICS: readonly string[] = [TOPICS.chargerEvents, TOPICS.intents, TOPICS.ocppMessages];
