import { STREAM_PREFIXES, TOPICS, type ChargerEvent } from '@chargestream/contracts';
import { TENANT } from '@chargestream/domain/testing';
import type { EventStore, NewEvent } from '@chargestream/event-store';
import type { Harness } from './harness';

/** A store as a release wrote it, and what came of it then. Never changes. */
export interface StoredFixture {
  release: string;
  /** In log order. */
  events: (NewEvent & { stream: string })[];
  /** Reports of which the events are, for the time when they come again. */
  repeated: readonly ChargerEvent[];
  shows: Shows;
}

/** What everybody sees of a store. */
export interface Shows {
  /** By topic: values in order, of tables the newest by key. */
  topics: Record<string, unknown[]>;
  sessions: object[];
  chargers: object[];
}

const LOGS = [TOPICS.sessionEvents, TOPICS.meterValues];
const TABLES = [TOPICS.connectorStatus, TOPICS.registry, TOPICS.tokens];

export async function eventsIn(store: EventStore): Promise<StoredFixture['events']> {
  const events: StoredFixture['events'] = [];
  for await (const one of store.readAll({ streamPrefixes: Object.values(STREAM_PREFIXES) })) {
    events.push({ stream: one.stream, id: one.id, type: one.type, data: one.data, metadata: one.metadata });
  }
  return events;
}

/** Puts events into a store as they are: nothing of today looks at them. */
export async function fill(store: EventStore, events: StoredFixture['events']): Promise<void> {
  const revisions = new Map<string, number>();
  for (const { stream, ...event } of events) {
    const { revision } = await store.append(stream, [event], revisions.get(stream) ?? 'no-stream');
    revisions.set(stream, revision);
  }
}

/** What a core that has followed its whole store has made of it. */
export async function shows(harness: Harness): Promise<Shows> {
  const topics: Shows['topics'] = {};
  for (const topic of LOGS) topics[topic] = (await harness.records(topic)).map(({ value }) => parse(value));
  for (const topic of TABLES) {
    const newest = new Map((await harness.records(topic)).map(({ key, value }) => [key, parse(value)]));
    topics[topic] = [...newest].sort(([a], [b]) => a.localeCompare(b)).map(([key, value]) => ({ key, value }));
  }
  const { queries } = harness.readModel;
  const page = { first: 100 };
  const [sessions, chargers] = [await queries.sessions(TENANT, {}, page), await queries.chargers(TENANT, {}, page)];
  const rows = (found: { rows: { row: object }[] }) => found.rows.map(({ row }) => row);
  return { topics, sessions: rows(sessions), chargers: rows(chargers) };
}

function parse(value: Buffer | null): unknown {
  return value === null ? null : JSON.parse(value.toString('utf8'));
}
