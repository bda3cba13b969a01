import { Context, Int, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { ApiContext } from '../context';
import { ChargerType } from '../types/charger';
import { LocalListType, toLocalList, versionOf } from '../types/local-list';

@Resolver(() => ChargerType)
export class LocalListsResolver {
  @ResolveField(() => LocalListType, {
    nullable: true,
    description: 'Its local authorization list; null when nothing was ever sent to it, nor told of it.',
  })
  async localList(@Parent() { id }: ChargerType, @Context() { loaders }: ApiContext): Promise<LocalListType | null> {
    const row = await loaders.localLists.load(id);
    return row === null ? null : toLocalList(row);
  }

  @ResolveField(() => Int, {
    nullable: true,
    description: 'Version of its local authorization list: 0 is an empty one, -1 that it keeps none; null: not known.',
  })
  async localListVersion(@Parent() { id }: ChargerType, @Context() { loaders }: ApiContext): Promise<number | null> {
    const row = await loaders.localLists.load(id);
    if (row === null) return null;
    // 1.6 §5.10
    return row.supported === 1 ? versionOf(row) : -1;
  }
}
