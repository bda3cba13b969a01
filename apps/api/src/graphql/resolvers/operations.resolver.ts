import { Inject } from '@nestjs/common';
import { Args, Context, ID, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { API_OPTIONS, type ApiOptions } from '../../options';
import type { ApiContext } from '../context';
import { OperationsArgs, OperationsOfChargerArgs } from '../inputs/operation-filters';
import { ValidatesInput } from '../input-validation';
import { ChargerType, toCharger } from '../types/charger';
import {
  ChargerCertificatesType,
  MaintenanceStatusType,
  OperationConnection,
  OperationType,
  SecurityEventType,
  toCertificates,
  toOperation,
  toSecurityEvents,
} from '../types/operation';
import { toConnection } from '../types/page';

@Resolver(() => OperationType)
@ValidatesInput()
export class OperationsResolver {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  @Query(() => OperationType, {
    nullable: true,
    description: 'One long operation; null when there is none of that id.',
  })
  async operation(
    @Args('id', { type: () => ID, description: 'Of the operation: where a command began it, that of the command.' })
    id: string,
    @Context() { caller }: ApiContext,
  ): Promise<OperationType | null> {
    const row = await this.options.readModel.queries.operations.byId(caller.tenantId, id);
    return row === undefined ? null : toOperation(row);
  }

  @Query(() => OperationConnection, { description: 'Long operations, newest start first.' })
  async operations(@Args() { filter, ...page }: OperationsArgs, @Context() { caller }: ApiContext) {
    const found = await this.options.readModel.queries.operations.page(caller.tenantId, filter ?? {}, page);
    return toConnection(found, toOperation, page.after);
  }

  @ResolveField(() => ChargerType, { nullable: true, description: 'The charger.' })
  async charger(
    @Parent() { chargerId }: OperationType,
    @Context() { loaders }: ApiContext,
  ): Promise<ChargerType | null> {
    const row = await loaders.chargers.load(chargerId);
    return row === null ? null : toCharger(row);
  }
}

@Resolver(() => ChargerType)
@ValidatesInput()
export class ChargerMaintenanceResolver {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  @ResolveField(() => OperationConnection, { description: 'Its long operations, newest start first.' })
  async operations(
    @Parent() { id }: ChargerType,
    @Args() page: OperationsOfChargerArgs,
    @Context() { caller }: ApiContext,
  ) {
    const found = await this.options.readModel.queries.operations.page(caller.tenantId, { chargerId: id }, page);
    return toConnection(found, toOperation, page.after);
  }

  @ResolveField(() => MaintenanceStatusType, { nullable: true, description: 'The last it told of its firmware.' })
  async firmwareStatus(@Parent() { id }: ChargerType, @Context() { loaders }: ApiContext) {
    const row = await loaders.maintenance.load(id);
    return toStatus(row?.firmware_status, row?.firmware_status_at);
  }

  @ResolveField(() => MaintenanceStatusType, { nullable: true, description: 'The last it told of an upload of logs.' })
  async logStatus(@Parent() { id }: ChargerType, @Context() { loaders }: ApiContext) {
    const row = await loaders.maintenance.load(id);
    return toStatus(row?.log_status, row?.log_status_at);
  }

  @ResolveField(() => [SecurityEventType], { description: 'The newest security events it told, newest first.' })
  async securityEvents(
    @Parent() { id }: ChargerType,
    @Context() { loaders }: ApiContext,
  ): Promise<SecurityEventType[]> {
    return toSecurityEvents(await loaders.maintenance.load(id));
  }

  @ResolveField(() => ChargerCertificatesType, { description: 'Its certificates, as far as they are known.' })
  async certificates(
    @Parent() { id }: ChargerType,
    @Context() { loaders }: ApiContext,
  ): Promise<ChargerCertificatesType> {
    return toCertificates(await loaders.maintenance.load(id));
  }
}

function toStatus(status: string | null = null, receivedAt: string | null = null): MaintenanceStatusType | null {
  return status === null || receivedAt === null ? null : { status, receivedAt };
}
