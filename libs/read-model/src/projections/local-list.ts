import { chargerKey, type LocalListEntry } from '@chargestream/contracts';
import type { LocalListRow } from '../schema';
import type { EventOf, Projection } from './projection';

export const localLists: Projection<'local_lists'> = {
  table: 'local_lists',
  canHandle: ['LocalListChanged', 'LocalListRefused', 'LocalListVersionCorrected'],
  keys: ({ metadata }) => [chargerKey(metadata.tenantId, metadata.chargerId)],
  evolve(before, event, key) {
    const { tenantId, chargerId, receivedAt } = event.metadata;
    const empty = { key, tenant_id: tenantId, charger_id: chargerId, ...NOTHING, updated_at: receivedAt };
    const row: LocalListRow = { ...(before ?? empty), updated_at: receivedAt };
    switch (event.type) {
      case 'LocalListChanged':
        return changed(row, event);
      case 'LocalListRefused':
        if (event.data.status === 'NotSupported') return { ...row, ...UNSUPPORTED, refusal: event.data.status };
        // Who refuses a change holds something else than is believed here, or nobody knows what.
        return { ...row, content_known: 0, refusal: event.data.status };
      case 'LocalListVersionCorrected': {
        const { version } = event.data;
        // 1.6 §5.10: -1 is a charger that keeps no list, 0 an empty list.
        if (version < 0) return { ...row, ...UNSUPPORTED };
        if (version === 0) return { ...row, version, supported: 1, content_known: 1, entries: '[]' };
        return { ...row, version, supported: 1, content_known: 0 };
      }
      default:
        return before;
    }
  },
  changed: ({ metadata }) => ({ entity: 'charger', id: metadata.chargerId }),
};

const NOTHING = { version: null, supported: 1, content_known: 0, entries: '[]', refusal: null } as const;
const UNSUPPORTED = { version: null, supported: 0, content_known: 1, entries: '[]' } as const;

function changed(row: LocalListRow, { data }: EventOf<'LocalListChanged'>): LocalListRow {
  const isFull = data.updateType === 'FULL';
  const before = isFull ? [] : (JSON.parse(row.entries) as LocalListEntry[]);
  const entries = new Map(before.map((entry) => [entry.idToken.toLowerCase(), entry]));
  for (const entry of data.entries) {
    const name = entry.idToken.toLowerCase();
    if (entry.status === null) entries.delete(name);
    else entries.set(name, entry);
  }
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
  return {
    ...row,
    version: data.version,
    supported: 1,
    content_known: isFull ? 1 : row.content_known,
    entries: JSON.stringify(sorted),
    refusal: null,
  };
}
