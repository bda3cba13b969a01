import type { UpdatedEntity } from '@chargestream/contracts';
import type { StoredEvent } from '@chargestream/event-store';
import { storedKey } from './indexed-texts';
import { PROJECTED_TABLES, PROJECTIONS, toProjectedEvent, type ProjectedEvent, type Projection } from './projections';
import type { ProjectedTable, ProjectedTables } from './schema';
import type { Executor, TableIo } from './table-io';

/** What a client would want to read again. One per entity and batch. */
export interface AppliedChange {
  entity: UpdatedEntity;
  tenantId: string;
  chargerId: string | null;
  /** chargerId, `evse/connector`, sessionId, commandId, idToken, or key of the message. */
  id: string;
  /** Of the events: ids of the bus events and intents behind the change. */
  causationIds: string[];
}

/** Loads the rows a batch touches, evolves them in memory and writes each once. */
export async function applyEvents(
  executor: Executor,
  io: TableIo,
  events: readonly StoredEvent[],
): Promise<AppliedChange[]> {
  const projected = events.map(toProjectedEvent);
  const changes = new Map<string, AppliedChange>();
  for (const table of PROJECTED_TABLES) {
    // The union of tables cannot be followed through a loop; each projection is typed where it is written.
    await applyTo(executor, io, PROJECTIONS[table] as unknown as Projection<ProjectedTable>, projected, changes);
  }
  return [...changes.values()];
}

async function applyTo<Table extends ProjectedTable>(
  executor: Executor,
  io: TableIo,
  projection: Projection<Table>,
  events: readonly ProjectedEvent[],
  changes: Map<string, AppliedChange>,
): Promise<void> {
  const canHandle = new Set<string>(projection.canHandle);
  const touched: { event: ProjectedEvent; key: string }[] = [];
  for (const event of events) {
    if (!canHandle.has(event.type)) continue;
    for (const key of projection.keys(event)) touched.push({ event, key: storedKey(key) });
  }
  if (touched.length === 0) return;
  type Row = ProjectedTables[Table];
  const keys = [...new Set(touched.map(({ key }) => key))];
  const before =
    projection.appendOnly === true ? new Map<string, Row>() : await io.load(executor, projection.table, keys);
  const after = new Map<string, Row | null>(before as ReadonlyMap<string, Row>);
  for (const { event, key } of touched) {
    after.set(key, projection.evolve(after.get(key) ?? null, event, key));
    const change = projection.changed(event, key);
    if (change !== null) note(changes, event, change);
  }
  const rows = keys.map((key) => after.get(key) ?? null).filter((row): row is Row => row !== null);
  const gone = keys.filter((key) => (after.get(key) ?? null) === null && before.has(key));
  if (projection.appendOnly === true) await io.insertNew(executor, projection.table, rows as never);
  else await io.upsert(executor, projection.table, rows as never);
  await io.remove(executor, projection.table, gone);
}

function note(
  changes: Map<string, AppliedChange>,
  { metadata }: ProjectedEvent,
  { entity, id }: { entity: UpdatedEntity; id: string },
): void {
  const { tenantId, chargerId, causationId } = metadata;
  const key = JSON.stringify([entity, tenantId, entity === 'connector' ? chargerId : '', id]);
  const known = changes.get(key);
  if (known === undefined) {
    const change = {
      entity,
      tenantId,
      chargerId: chargerId === '' ? null : chargerId,
      id,
      causationIds: [causationId],
    };
    changes.set(key, change);
  } else if (known.causationIds.at(-1) !== causationId && !known.causationIds.includes(causationId)) {
    known.causationIds.push(causationId);
  }
}
