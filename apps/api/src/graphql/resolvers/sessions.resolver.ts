import { Inject } from '@nestjs/common';
import { Args, Context, ID, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { ApiContext } from '../context';
import { SampleArgs, SessionsArgs } from '../inputs/filters';
import { ValidatesInput } from '../input-validation';
import { API_OPTIONS, type ApiOptions } from '../../options';
import { ChargerType, toCharger } from '../types/charger';
import { toConnection } from '../types/page';
import { MeterSampleConnection, SessionConnection, SessionType, toMeterSample, toSession } from '../types/session';

@Resolver(() => SessionType)
@ValidatesInput()
export class SessionsResolver {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  @Query(() => SessionType, { nullable: true, description: 'One session; null when there is none of that id.' })
  async session(
    @Args('id', { type: () => ID, description: 'Its id.' }) id: string,
    @Context() { caller }: ApiContext,
  ): Promise<SessionType | null> {
    const row = await this.options.readModel.queries.session(caller.tenantId, id);
    return row === undefined ? null : toSession(row);
  }

  @Query(() => SessionConnection, { description: 'Sessions, newest start first.' })
  async sessions(@Args() { filter, ...page }: SessionsArgs, @Context() { caller }: ApiContext) {
    const found = await this.options.readModel.queries.sessions(caller.tenantId, filter ?? {}, page);
    return toConnection(found, toSession, page.after);
  }

  @ResolveField(() => ChargerType, { nullable: true, description: 'The charger.' })
  async charger(@Parent() session: SessionType, @Context() { loaders }: ApiContext): Promise<ChargerType | null> {
    const row = await loaders.chargers.load(session.chargerId);
    return row === null ? null : toCharger(row);
  }

  @ResolveField(() => MeterSampleConnection, { description: 'Its samples, in the order the charger told them.' })
  async samples(@Parent() session: SessionType, @Args() { first, after, measurand }: SampleArgs) {
    const page = { first, after };
    const found = await this.options.readModel.queries.samples(session.id, measurand ?? null, page);
    return toConnection(found, toMeterSample, after);
  }
}
