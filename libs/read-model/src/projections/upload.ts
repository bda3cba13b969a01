import type { Projection } from './projection';

/** What chargers uploaded: each file is told once, and never changes. */
export const uploads: Projection<'uploads'> = {
  table: 'uploads',
  canHandle: ['FileUploaded'],
  keys: (event) => (event.type === 'FileUploaded' ? [event.data.fileId] : []),
  evolve(row, event, key) {
    if (row !== null || event.type !== 'FileUploaded') return row;
    const { tenantId, chargerId, receivedAt } = event.metadata;
    const { commandId, name, bytes, sha256 } = event.data;
    return {
      key,
      tenant_id: tenantId,
      charger_id: chargerId,
      command_id: commandId,
      name,
      bytes,
      sha256,
      uploaded_at: receivedAt,
    };
  },
  changed: ({ metadata }) => ({ entity: 'charger', id: metadata.chargerId }),
};
