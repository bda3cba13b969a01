import { tokenKey } from '@chargestream/contracts';
import { flag, type Projection } from './projection';

export const tokens: Projection<'tokens'> = {
  table: 'tokens',
  canHandle: ['TokenPut', 'TokenRemoved'],
  keys: (event) =>
    event.type === 'TokenPut' || event.type === 'TokenRemoved'
      ? [tokenKey(event.metadata.tenantId, event.data.idToken)]
      : [],
  evolve(row, event, key) {
    if (event.type === 'TokenRemoved') return null;
    if (event.type !== 'TokenPut') return row;
    const { data, metadata } = event;
    return {
      key,
      tenant_id: metadata.tenantId,
      id_token: data.idToken,
      type: data.type,
      status: data.status,
      expires_at: data.expiresAt,
      group_id: data.groupId,
      cacheable: flag(data.cacheable),
      concurrency: data.concurrency ?? null,
      updated_at: metadata.receivedAt,
    };
  },
  changed: (event) =>
    event.type === 'TokenPut' || event.type === 'TokenRemoved' ? { entity: 'token', id: event.data.idToken } : null,
};
