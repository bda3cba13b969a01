import { chargerKey, tokenKey } from '@chargestream/contracts';
import type { Kysely } from 'kysely';
import { indexedIdToken, storedKey } from '../indexed-texts';
import type {
  ChargerRow,
  CommandRow,
  ConfigurationRow,
  ConnectorRow,
  Database,
  OcppMessageRow,
  SampleRow,
  SessionRow,
  TokenRow,
  VariableRow,
} from '../schema';
import { ChargingProfileQueries } from './charging-profiles';
import { containing } from './containing';
import { LocalListQueries } from './local-lists';
import { paginate, type Page, type PageRequest } from './page';
import { OperationQueries } from './operations';
import { UploadQueries } from './uploads';
import { ReservationQueries } from './reservations';

export type { ChargingProfileFilter } from './charging-profiles';
export type { OperationFilter } from './operations';
export type { UploadFilter } from './uploads';
export type { ReservationFilter } from './reservations';

export interface ChargerFilter {
  connectivity?: ChargerRow['connectivity'] | null;
  /** Part of the id, name, vendor, model, serial number or firmware version, in any case. */
  text?: string | null;
  includeRetired?: boolean | null;
}

export interface SessionFilter {
  chargerId?: string | null;
  idToken?: string | null;
  state?: SessionRow['state'] | null;
  transactionId?: string | null;
  /** Started at or after, ISO 8601 UTC. */
  from?: string | null;
  /** Started before, ISO 8601 UTC. */
  to?: string | null;
}

export interface CommandFilter {
  chargerId?: string | null;
  state?: CommandRow['state'] | null;
  kind?: CommandRow['kind'] | null;
}

export interface TokenFilter {
  status?: TokenRow['status'] | null;
  groupId?: string | null;
  /** Part of the idToken, in any case. */
  text?: string | null;
}

export interface OcppMessageFilter {
  direction?: OcppMessageRow['direction'] | null;
  messageType?: string | null;
  action?: string | null;
  messageId?: string | null;
  valid?: boolean | null;
  commandId?: string | null;
  sessionId?: string | null;
}

/** Active sessions shown of one charger. */
const MAX_ACTIVE_SESSIONS = 1_000;

/** All questions the services ask. Each takes the caller's tenant, and answers about that tenant alone. */
export class Queries {
  readonly reservations: ReservationQueries;
  readonly chargingProfiles: ChargingProfileQueries;
  readonly localLists: LocalListQueries;
  readonly operations: OperationQueries;
  readonly uploads: UploadQueries;

  constructor(private readonly db: Kysely<Database>) {
    this.reservations = new ReservationQueries(db);
    this.chargingProfiles = new ChargingProfileQueries(db);
    this.localLists = new LocalListQueries(db);
    this.operations = new OperationQueries(db);
    this.uploads = new UploadQueries(db);
  }

  async charger(tenantId: string, chargerId: string): Promise<ChargerRow | undefined> {
    return (await this.chargersByIds(tenantId, [chargerId]))[0];
  }

  async chargersByIds(tenantId: string, chargerIds: readonly string[]): Promise<ChargerRow[]> {
    if (chargerIds.length === 0) return [];
    const keys = chargerIds.map((chargerId) => storedKey(chargerKey(tenantId, chargerId)));
    return this.db.selectFrom('chargers').selectAll().where('key', 'in', keys).execute();
  }

  /** By id, ascending. */
  chargers(tenantId: string, filter: ChargerFilter, page: PageRequest): Promise<Page<ChargerRow>> {
    let query = this.db.selectFrom('chargers').selectAll().where('tenant_id', '=', tenantId);
    if (filter.includeRetired !== true) query = query.where('retired', '=', 0);
    if (filter.connectivity) query = query.where('connectivity', '=', filter.connectivity);
    if (filter.text) query = query.where(containing('search_text', filter.text));
    return paginate<'chargers'>(query, { column: 'charger_id', direction: 'asc' }, page);
  }

  async connectorsOf(tenantId: string, chargerIds: readonly string[]): Promise<ConnectorRow[]> {
    if (chargerIds.length === 0) return [];
    return this.db
      .selectFrom('connectors')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .where('charger_id', 'in', chargerIds)
      .orderBy('evse_id')
      .orderBy('connector_id')
      .execute();
  }

  async session(tenantId: string, sessionId: string): Promise<SessionRow | undefined> {
    return (await this.sessionsByIds(tenantId, [sessionId]))[0];
  }

  async sessionsByIds(tenantId: string, sessionIds: readonly string[]): Promise<SessionRow[]> {
    if (sessionIds.length === 0) return [];
    return this.db
      .selectFrom('sessions')
      .selectAll()
      .where('key', 'in', sessionIds)
      .where('tenant_id', '=', tenantId)
      .execute();
  }

  /** Newest start first. */
  sessions(tenantId: string, filter: SessionFilter, page: PageRequest): Promise<Page<SessionRow>> {
    let query = this.db.selectFrom('sessions').selectAll().where('tenant_id', '=', tenantId);
    if (filter.chargerId) query = query.where('charger_id', '=', filter.chargerId);
    if (filter.idToken) query = query.where('id_token', '=', indexedIdToken(filter.idToken));
    if (filter.state) query = query.where('state', '=', filter.state);
    if (filter.transactionId) query = query.where('transaction_id', '=', filter.transactionId);
    if (filter.from) query = query.where('started_at', '>=', filter.from);
    if (filter.to) query = query.where('started_at', '<', filter.to);
    return paginate<'sessions'>(query, { column: 'started_at', direction: 'desc' }, page);
  }

  /** Newest start first. */
  async activeSessionsOf(tenantId: string, chargerIds: readonly string[]): Promise<SessionRow[]> {
    if (chargerIds.length === 0) return [];
    return this.db
      .selectFrom('sessions')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .where('charger_id', 'in', chargerIds)
      .where('state', '=', 'ACTIVE')
      .orderBy('started_at', 'desc')
      .limit(MAX_ACTIVE_SESSIONS * chargerIds.length)
      .execute();
  }

  /** In the order in which the charger told them; what came late comes last. */
  samples(sessionId: string, measurand: string | null, page: PageRequest): Promise<Page<SampleRow>> {
    // Keys are `session/revision/index`, and `0` is the character after `/`: one range of the primary key.
    let query = this.db
      .selectFrom('samples')
      .selectAll()
      .where('key', '>', `${sessionId}/`)
      .where('key', '<', `${sessionId}0`);
    if (measurand !== null) query = query.where('measurand', '=', measurand);
    return paginate<'samples'>(query, { column: 'key', direction: 'asc' }, page);
  }

  async command(tenantId: string, commandId: string): Promise<CommandRow | undefined> {
    return (await this.commandsByIds(tenantId, [commandId]))[0];
  }

  async commandsByIds(tenantId: string, commandIds: readonly string[]): Promise<CommandRow[]> {
    if (commandIds.length === 0) return [];
    return this.db
      .selectFrom('commands')
      .selectAll()
      .where('key', 'in', commandIds)
      .where('tenant_id', '=', tenantId)
      .execute();
  }

  /** Newest request first. */
  commands(tenantId: string, filter: CommandFilter, page: PageRequest): Promise<Page<CommandRow>> {
    let query = this.db.selectFrom('commands').selectAll().where('tenant_id', '=', tenantId);
    if (filter.chargerId) query = query.where('charger_id', '=', filter.chargerId);
    if (filter.state) query = query.where('state', '=', filter.state);
    if (filter.kind) query = query.where('kind', '=', filter.kind);
    return paginate<'commands'>(query, { column: 'requested_at', direction: 'desc' }, page);
  }

  token(tenantId: string, idToken: string): Promise<TokenRow | undefined> {
    return this.db
      .selectFrom('tokens')
      .selectAll()
      .where('key', '=', storedKey(tokenKey(tenantId, idToken)))
      .executeTakeFirst();
  }

  /** By idToken, ascending. */
  tokens(tenantId: string, filter: TokenFilter, page: PageRequest): Promise<Page<TokenRow>> {
    let query = this.db.selectFrom('tokens').selectAll().where('tenant_id', '=', tenantId);
    if (filter.status) query = query.where('status', '=', filter.status);
    if (filter.groupId) query = query.where('group_id', '=', filter.groupId);
    if (filter.text) query = query.where(containing('id_token', filter.text));
    return paginate<'tokens'>(query, { column: 'id_token', direction: 'asc' }, page);
  }

  configurationOf(tenantId: string, chargerId: string): Promise<ConfigurationRow | undefined> {
    return this.db
      .selectFrom('configurations')
      .selectAll()
      .where('key', '=', storedKey(chargerKey(tenantId, chargerId)))
      .executeTakeFirst();
  }

  /** By component and variable, ascending. */
  variablesOf(
    tenantId: string,
    chargerId: string,
    filter: { component?: string | null; variable?: string | null },
    limit: number,
  ): Promise<VariableRow[]> {
    let query = this.db
      .selectFrom('variables')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .where('charger_id', '=', chargerId);
    if (filter.component) query = query.where('component', '=', filter.component);
    if (filter.variable) query = query.where('variable', '=', filter.variable);
    return query.orderBy('key').limit(limit).execute();
  }

  /** Newest first. */
  ocppMessages(
    tenantId: string,
    chargerId: string,
    filter: OcppMessageFilter,
    page: PageRequest,
  ): Promise<Page<OcppMessageRow>> {
    let query = this.db
      .selectFrom('ocpp_messages')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .where('charger_id', '=', chargerId);
    if (filter.direction) query = query.where('direction', '=', filter.direction);
    if (filter.messageType) query = query.where('message_type', '=', filter.messageType);
    if (filter.action) query = query.where('action', '=', filter.action);
    if (filter.messageId) query = query.where('message_id', '=', filter.messageId);
    if (filter.commandId) query = query.where('command_id', '=', filter.commandId);
    if (filter.sessionId) query = query.where('session_id', '=', filter.sessionId);
    if (typeof filter.valid === 'boolean') query = query.where('valid', '=', filter.valid ? 1 : 0);
    return paginate<'ocpp_messages'>(query, { column: 'sort_key', direction: 'desc' }, page);
  }

  async ocppMessagesByIds(tenantId: string, ids: readonly string[]): Promise<OcppMessageRow[]> {
    if (ids.length === 0) return [];
    return this.db
      .selectFrom('ocpp_messages')
      .selectAll()
      .where('key', 'in', ids)
      .where('tenant_id', '=', tenantId)
      .orderBy('sort_key')
      .execute();
  }
}
