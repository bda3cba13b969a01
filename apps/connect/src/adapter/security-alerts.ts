import { LRUCache } from 'lru-cache';
import { chargerEventRecord, chargerKey, eventId, type ProtocolVersion } from '@chargestream/contracts';
import type { Clock } from '@chargestream/service-kit';
import type { Publisher } from '../connection/publisher';
import type { ChargerRegistry } from '../tables/charger-registry';
import type { SecurityAlert } from './authenticator';

/** One of a kind for each charger in this time: whoever knows a charger's id can cause them at will. */
const REPEAT_AFTER_MS = 10 * 60 * 1000;
const MAX_REMEMBERED = 10_000;

/** Whitepaper A00.FR.323, A00.FR.408: what we refused for security's sake becomes a security event of the charger. */
export class SecurityAlerts {
  private readonly recent = new LRUCache<string, number>({ max: MAX_REMEMBERED });

  constructor(
    private readonly options: { publisher: Publisher; registry: ChargerRegistry; clock: Clock; source: string },
  ) {}

  raise(
    { tenantId, chargerId, version }: { tenantId: string; chargerId: string; version: ProtocolVersion },
    { type, techInfo }: SecurityAlert,
    remoteAddress: string | null,
  ): void {
    const { registry, publisher, clock, source } = this.options;
    // An event would make a charger known that nobody has let in.
    if (registry.get(tenantId, chargerId) === undefined) return;
    const nowMs = clock();
    const about = `${type} ${chargerKey(tenantId, chargerId)}`;
    if (nowMs - (this.recent.get(about) ?? Number.NEGATIVE_INFINITY) < REPEAT_AFTER_MS) return;
    this.recent.set(about, nowMs);
    const at = new Date(nowMs).toISOString();
    const id = eventId('SecurityAlert', tenantId, chargerId, type, at, source);
    const envelope = { id, type: 'SecurityEventReported', schemaVersion: 1, tenantId, chargerId } as const;
    const record = chargerEventRecord(
      {
        ...envelope,
        ...{ correlationId: id, causationId: id, connectionEpoch: null, ocppVersion: version, ocppMessageId: null },
        ...{ occurredAt: at, receivedAt: at },
        data: { type, techInfo: `${techInfo} (from ${remoteAddress ?? 'an unknown address'})`, reportedAt: at },
      },
      source,
    );
    void publisher.publishEventually([record]);
  }
}
