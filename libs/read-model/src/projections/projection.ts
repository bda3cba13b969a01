import type { StoredFact, StoredFactType, StoredMetadata, UpdatedEntity } from '@chargestream/contracts';
import type { StoredEvent } from '@chargestream/event-store';
import type { ProjectedTable, ProjectedTables } from '../schema';

/** One stored event as projections see it. */
export type ProjectedEvent = StoredFact & {
  metadata: StoredMetadata;
  stream: string;
  revision: number;
};

export type EventOf<Type extends StoredFactType> = Extract<ProjectedEvent, { type: Type }>;

/** How events become the rows of one table. Pure: no clock, no database. */
export interface Projection<Table extends ProjectedTable> {
  table: Table;
  canHandle: readonly StoredFactType[];
  /** Keys of the rows the event touches. */
  keys(event: ProjectedEvent): readonly string[];
  /** The row after the event; null when there is none (any more). */
  evolve(row: ProjectedTables[Table] | null, event: ProjectedEvent, key: string): ProjectedTables[Table] | null;
  /** What changed in the eyes of a client; null when the change is not worth telling. */
  changed(event: ProjectedEvent, key: string): { entity: UpdatedEntity; id: string } | null;
  /** Rows are only ever added: there is nothing to load before writing. */
  appendOnly?: boolean;
}

/** What the store holds has been decided by core, so its shape is trusted. */
export function toProjectedEvent(event: StoredEvent): ProjectedEvent {
  const { type, data, metadata, stream, revision } = event;
  return { type, data, metadata, stream, revision } as unknown as ProjectedEvent;
}

/** The id in a stream's name, e.g. the sessionId of `session-{id}`. */
export function idOfStream(stream: string, prefix: string): string {
  return stream.slice(prefix.length);
}

export function flag(value: boolean): 0 | 1 {
  return value ? 1 : 0;
}

/** The later of two ISO 8601 UTC times of one form. */
export function later(a: string | null, b: string): string {
  return a !== null && a > b ? a : b;
}
