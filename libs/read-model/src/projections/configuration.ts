import { chargerKey } from '@chargestream/contracts';
import type { Projection } from './projection';

/** A charger that makes up ever new keys must not make its row grow without end. */
const MAX_KEYS = 2_000;

export const configurations: Projection<'configurations'> = {
  table: 'configurations',
  canHandle: ['ConfigurationReported'],
  keys: ({ metadata }) => [chargerKey(metadata.tenantId, metadata.chargerId)],
  evolve(row, event, key) {
    if (event.type !== 'ConfigurationReported') return row;
    const { data, metadata } = event;
    const known = row === null || data.complete ? [] : Object.entries(JSON.parse(row.keys) as Record<string, unknown>);
    const keys = new Map<string, unknown>(known);
    for (const name of data.unknownKeys) keys.delete(name);
    for (const { key: name, value, readonly } of data.keys) {
      if (keys.has(name) || keys.size < MAX_KEYS) keys.set(name, { value, readonly });
    }
    const sorted = [...keys].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      key,
      tenant_id: metadata.tenantId,
      charger_id: metadata.chargerId,
      keys: JSON.stringify(Object.fromEntries(sorted)),
      updated_at: metadata.receivedAt,
    };
  },
  // The charger's own projection tells of it.
  changed: () => null,
};
