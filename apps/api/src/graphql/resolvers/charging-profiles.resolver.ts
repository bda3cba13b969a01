import { Inject } from '@nestjs/common';
import { Args, Context, Int, Query, Resolver } from '@nestjs/graphql';
import type { ApiContext } from '../context';
import { ChargingProfilesArgs } from '../inputs/standing-filters';
import { ValidatesInput } from '../input-validation';
import { API_OPTIONS, type ApiOptions } from '../../options';
import { ChargingProfileConnection, ChargingProfileType, toChargingProfile } from '../types/charging-profile';
import { toConnection } from '../types/page';

@Resolver(() => ChargingProfileType)
@ValidatesInput()
export class ChargingProfilesResolver {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  @Query(() => ChargingProfileType, {
    nullable: true,
    description: 'One charging profile; null when there is none of that id.',
  })
  async chargingProfile(
    @Args('id', { type: () => Int, description: 'The chargingProfileId on the wire.' }) id: number,
    @Context() { caller }: ApiContext,
  ): Promise<ChargingProfileType | null> {
    const row = await this.options.readModel.queries.chargingProfiles.byId(caller.tenantId, id);
    return row === undefined ? null : toChargingProfile(row);
  }

  @Query(() => ChargingProfileConnection, { description: 'Charging profiles, those that were put last first.' })
  async chargingProfiles(@Args() { filter, ...page }: ChargingProfilesArgs, @Context() { caller }: ApiContext) {
    const found = await this.options.readModel.queries.chargingProfiles.page(caller.tenantId, filter ?? {}, page);
    return toConnection(found, toChargingProfile, page.after);
  }
}
