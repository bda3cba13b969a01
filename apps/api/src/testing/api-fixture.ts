import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  DATA_SCHEMAS,
  fromBusRecord,
  STREAM_PREFIXES,
  toBusRecord,
  TOPIC_SPECS,
  TOPICS,
  type Intent,
  type OcppMessageEntry,
  type StoredFact,
  type StoredMetadata,
  type Update,
} from '@chargestream/contracts';
import { openContracts, validatingBus, type Contracts } from '@chargestream/contracts/validation';
import { openEmbeddedEventBus } from '@chargestream/event-bus/embedded';
import type { EventBus } from '@chargestream/event-bus';
import { openEmbeddedEventStore } from '@chargestream/event-store/embedded';
import type { EventStore } from '@chargestream/event-store';
import { openSqliteReadModel, type AppliedChange, type ReadModel } from '@chargestream/read-model';
import { loadSettings } from '@chargestream/service-kit';
import type { ApiOptions } from '../options';
import { startApi, type RunningApi } from '../start-api';

export interface GraphqlAnswer {
  status: number;
  data: Record<string, never> | null;
  errors?: { message: string; extensions: Record<string, unknown>; path?: string[] }[];
}

/** The contracts of intents, compiled before anybody waits for one. */
function compiled(): Contracts {
  const contracts = openContracts();
  for (const id of Object.values(DATA_SCHEMAS)) if (id.includes(':intents:')) contracts.problems(id, null);
  return contracts;
}

/** What the fake core does with an intent: facts to append, or a refusal. */
export type Decide = (
  intent: Intent,
) =>
  | { stream: string; facts: StoredFact[]; afterwards?: () => Promise<void> }
  | { refuse: 'NOT_FOUND' | 'CONFLICT'; message: string }
  | 'say nothing';

/** A real api on real embedded adapters; core is a fake that appends what a test says, projects it and announces it. */
export class ApiFixture {
  readonly intents: Intent[] = [];
  decide: Decide = () => 'say nothing';
  private readonly revisions = new Map<string, number>();
  private eventCount = 0;

  private constructor(
    readonly folder: string,
    readonly bus: EventBus,
    readonly store: EventStore,
    readonly readModel: ReadModel,
    readonly api: RunningApi,
  ) {}

  static async start(environment: Record<string, string> = {}, extra: Partial<ApiOptions> = {}): Promise<ApiFixture> {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'chargestream-api-'));
    const bus = await openEmbeddedEventBus({ path: path.join(folder, 'bus.db') });
    const store = await openEmbeddedEventStore({ path: path.join(folder, 'store.db') });
    const readModel = await openSqliteReadModel({ path: path.join(folder, 'read-model.db') });
    await bus.ensureTopics(TOPIC_SPECS);
    const settings = loadSettings({ API_PORT: '0', ...environment });
    const api = await startApi({
      bus: validatingBus<EventBus>(bus, { contracts: compiled() }),
      store,
      readModel,
      settings,
      ...extra,
    });
    const fixture = new ApiFixture(folder, bus, store, readModel, api);
    await bus.subscribe({
      group: 'fake-core',
      topics: [TOPICS.intents],
      from: 'earliest',
      handle: async (records) => {
        for (const record of records) await fixture.handle(fromBusRecord<Intent>(record) as Intent);
      },
    });
    return fixture;
  }

  async close(): Promise<void> {
    await this.api.close();
    await this.bus.close();
    await this.store.close();
    await this.readModel.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Appends facts, projects them, and announces what changed. */
  async append(
    stream: string,
    facts: readonly StoredFact[],
    metadata: Partial<StoredMetadata> & { chargerId: string },
  ): Promise<void> {
    const at = new Date(Date.UTC(2026, 0, 1) + this.eventCount * 1000).toISOString();
    const full: StoredMetadata = {
      tenantId: 'default',
      correlationId: 'correlation',
      causationId: 'cause',
      connectionEpoch: 1,
      ocppVersion: '1.6',
      ocppMessageId: null,
      occurredAt: at,
      receivedAt: at,
      schemaVersion: 1,
      ...metadata,
    };
    const before = this.revisions.get(stream) ?? -1;
    const events = facts.map(({ type, data }) => ({ id: this.uuid(), type, data, metadata: { ...full } }));
    await this.store.append(stream, events, before < 0 ? 'no-stream' : before);
    this.revisions.set(stream, before + facts.length);
    const stored = [];
    for await (const event of this.store.readStream(stream, { fromRevision: before + 1 })) stored.push(event);
    await this.announce(await this.readModel.apply(stored));
  }

  async recordMessage(entry: OcppMessageEntry): Promise<void> {
    await this.announce(await this.readModel.recordOcppMessages([entry]));
  }

  async query(
    query: string,
    variables: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ): Promise<GraphqlAnswer> {
    const response = await fetch(this.api.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, ...((await response.json()) as object) } as GraphqlAnswer;
  }

  private async handle(intent: Intent): Promise<void> {
    this.intents.push(intent);
    const decision = this.decide(intent);
    if (decision === 'say nothing') return;
    if ('refuse' in decision) {
      const error = { code: decision.refuse, message: decision.message };
      return this.publish({ ...this.outcome(intent), outcome: 'rejected', error });
    }
    const { stream, facts } = decision;
    await this.append(stream, facts, {
      tenantId: intent.tenantId,
      chargerId: intent.chargerId,
      causationId: intent.id,
      connectionEpoch: stream.startsWith(STREAM_PREFIXES.command) ? 1 : null,
    });
    await this.publish({ ...this.outcome(intent), outcome: 'applied', error: null });
    await decision.afterwards?.();
  }

  private outcome(intent: Intent) {
    const at = '2026-01-01T00:00:00.000Z';
    return { kind: 'intent' as const, intentId: intent.id, tenantId: intent.tenantId, at };
  }

  private async announce(changes: readonly AppliedChange[]): Promise<void> {
    for (const { entity, tenantId, chargerId, id } of changes) {
      await this.publish({ kind: 'changed', entity, tenantId, chargerId, id, at: '2026-01-01T00:00:00.000Z' });
    }
  }

  private async publish(update: Update): Promise<void> {
    const identity = { id: this.uuid(), type: update.kind, source: '/core/test' };
    await this.bus.publish([toBusRecord(TOPICS.updates, 'test', identity, update)]);
  }

  private uuid(): string {
    this.eventCount += 1;
    const hex = randomBytes(16).toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
}
