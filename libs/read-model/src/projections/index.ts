import type { ProjectedTable, ProjectedTables } from '../schema';
import { chargers } from './charger';
import { chargingProfiles } from './charging-profile';
import { commands } from './command';
import { configurations } from './configuration';
import { connectors } from './connector';
import { localLists } from './local-list';
import { maintenance } from './maintenance';
import { operations } from './operation';
import type { Projection } from './projection';
import { reservations } from './reservation';
import { samples } from './sample';
import { sessions } from './session';
import { tokens } from './token';
import { uploads } from './upload';
import { variables } from './variable';

/** Every table that is made of events. A table without its projection does not compile. */
export const PROJECTIONS: { [Table in ProjectedTable]: Projection<Table> } = {
  chargers,
  connectors,
  sessions,
  samples,
  commands,
  tokens,
  configurations,
  variables,
  reservations,
  charging_profiles: chargingProfiles,
  local_lists: localLists,
  operations,
  maintenance,
  uploads,
};

export const PROJECTED_TABLES = Object.keys(PROJECTIONS) as (keyof ProjectedTables)[];

export { toProjectedEvent, type ProjectedEvent, type Projection } from './projection';
