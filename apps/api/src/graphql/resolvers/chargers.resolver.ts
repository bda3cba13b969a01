import { Inject } from '@nestjs/common';
import { Args, Context, ID, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { ApiContext } from '../context';
import { ChargersArgs } from '../inputs/filters';
import { ValidatesInput } from '../input-validation';
import { API_OPTIONS, type ApiOptions } from '../../options';
import {
  ChargerConnection,
  ChargerType,
  ConfigurationKeyType,
  toCharger,
  toConfigurationKeys,
  toVariable,
  VariableType,
} from '../types/charger';
import { ConnectorType, toConnector } from '../types/connector';
import { toConnection } from '../types/page';
import { SessionType, toSession } from '../types/session';

/** Variables shown of one charger; ask by component for the rest. */
const MAX_VARIABLES = 5_000;

@Resolver(() => ChargerType)
@ValidatesInput()
export class ChargersResolver {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  @Query(() => ChargerType, { nullable: true, description: 'One charger; null when there is none of that id.' })
  async charger(
    @Args('id', { type: () => ID, description: 'Its id.' }) id: string,
    @Context() { caller }: ApiContext,
  ): Promise<ChargerType | null> {
    const row = await this.options.readModel.queries.charger(caller.tenantId, id);
    return row === undefined ? null : toCharger(row);
  }

  @Query(() => ChargerConnection, { description: 'Chargers, by id.' })
  async chargers(@Args() { filter, ...page }: ChargersArgs, @Context() { caller }: ApiContext) {
    const found = await this.options.readModel.queries.chargers(caller.tenantId, filter ?? {}, page);
    return toConnection(found, toCharger, page.after);
  }

  @ResolveField(() => [ConnectorType], { description: 'Its connectors, by EVSE and number.' })
  async connectors(@Parent() charger: ChargerType, @Context() { loaders }: ApiContext): Promise<ConnectorType[]> {
    return (await loaders.connectors.load(charger.id)).map(toConnector);
  }

  @ResolveField(() => [SessionType], { description: 'Its sessions under way, newest first.' })
  async activeSessions(@Parent() charger: ChargerType, @Context() { loaders }: ApiContext): Promise<SessionType[]> {
    return (await loaders.activeSessions.load(charger.id)).map(toSession);
  }

  @ResolveField(() => [ConfigurationKeyType], {
    description: '1.6 configuration keys as it last reported them, by key.',
  })
  async configuration(@Parent() { tenantId, id }: ChargerType): Promise<ConfigurationKeyType[]> {
    return toConfigurationKeys(await this.options.readModel.queries.configurationOf(tenantId, id));
  }

  @ResolveField(() => [VariableType], { description: '2.x variables as it last reported them; at most 5,000.' })
  async variables(
    @Parent() { tenantId, id }: ChargerType,
    @Args('component', { type: () => String, nullable: true, description: 'Only of this component.' })
    component: string | null,
    @Args('variable', { type: () => String, nullable: true, description: 'Only of this name.' })
    variable: string | null,
  ): Promise<VariableType[]> {
    const { queries } = this.options.readModel;
    return (await queries.variablesOf(tenantId, id, { component, variable }, MAX_VARIABLES)).map(toVariable);
  }
}

@Resolver(() => ConnectorType)
@ValidatesInput()
export class ConnectorsResolver {
  @ResolveField(() => SessionType, { nullable: true, description: 'Its session under way; null when there is none.' })
  async activeSession(
    @Parent() connector: ConnectorType,
    @Context() { loaders }: ApiContext,
  ): Promise<SessionType | null> {
    const sessions = await loaders.activeSessions.load(connector.chargerId);
    const row = sessions.find(
      ({ evse_id, connector_id }) =>
        evse_id === connector.evseId && (connector_id === null || connector_id === connector.connectorId),
    );
    return row === undefined ? null : toSession(row);
  }
}
