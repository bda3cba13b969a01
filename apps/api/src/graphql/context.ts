import type {
  ChargerRow,
  CommandRow,
  ConnectorRow,
  LocalListRow,
  MaintenanceRow,
  ReadModel,
  ReservationRow,
  SessionRow,
} from '@chargestream/read-model';
import DataLoader from 'dataloader';
import type { Caller } from '../auth/caller';

/** What every resolver gets. */
export interface ApiContext {
  caller: Caller;
  loaders: Loaders;
}

export type Loaders = ReturnType<typeof createLoaders>;

/** Rows a single batch asks for: more would be more parameters than a database takes. */
const MAX_BATCH = 200;

/**
 * One question to the database for a whole list of parents. Nothing is cached: a subscription lives long, and must not
 * show what was true when it began.
 */
export function createLoaders(readModel: ReadModel, tenantId: string) {
  const { queries } = readModel;
  const options = { cache: false, maxBatchSize: MAX_BATCH };
  return {
    chargers: new DataLoader<string, ChargerRow | null>(async (ids) => {
      return inOrder(ids, await queries.chargersByIds(tenantId, ids), ({ charger_id }) => charger_id);
    }, options),
    connectors: new DataLoader<string, ConnectorRow[]>(async (ids) => {
      return grouped(ids, await queries.connectorsOf(tenantId, ids));
    }, options),
    activeSessions: new DataLoader<string, SessionRow[]>(async (ids) => {
      return grouped(ids, await queries.activeSessionsOf(tenantId, ids));
    }, options),
    sessions: new DataLoader<string, SessionRow | null>(async (ids) => {
      return inOrder(ids, await queries.sessionsByIds(tenantId, ids), ({ key }) => key);
    }, options),
    commands: new DataLoader<string, CommandRow | null>(async (ids) => {
      return inOrder(ids, await queries.commandsByIds(tenantId, ids), ({ key }) => key);
    }, options),
    reservations: new DataLoader<number, ReservationRow | null>(async (ids) => {
      return inOrder(ids, await queries.reservations.byIds(tenantId, ids), ({ reservation_id }) => reservation_id);
    }, options),
    maintenance: new DataLoader<string, MaintenanceRow | null>(async (ids) => {
      return inOrder(ids, await queries.operations.maintenanceOf(tenantId, ids), ({ charger_id }) => charger_id);
    }, options),
    localLists: new DataLoader<string, LocalListRow | null>(async (ids) => {
      return inOrder(ids, await queries.localLists.ofChargers(tenantId, ids), ({ charger_id }) => charger_id);
    }, options),
  };
}

function inOrder<Id, Row>(ids: readonly Id[], rows: readonly Row[], idOf: (row: Row) => Id): (Row | null)[] {
  const byId = new Map(rows.map((row) => [idOf(row), row]));
  return ids.map((id) => byId.get(id) ?? null);
}

function grouped<Row extends { charger_id: string }>(ids: readonly string[], rows: readonly Row[]): Row[][] {
  const byCharger = new Map<string, Row[]>();
  for (const row of rows) {
    const known = byCharger.get(row.charger_id);
    if (known === undefined) byCharger.set(row.charger_id, [row]);
    else known.push(row);
  }
  return ids.map((id) => byCharger.get(id) ?? []);
}
