import { Context, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { ApiContext } from '../context';
import { DateTimeScalar } from '../scalars';
import { CommandType } from '../types/command';

const DESCRIPTION =
  'When the charger last sent BootNotification after a command that it never answered (`UNKNOWN`, `TIMED_OUT`) had gone out, by our clock: it has restarted since, which is what a reset was to do. Null when it has not, and for commands that were answered.';

/** What is known of a command from elsewhere. */
@Resolver(() => CommandType)
export class CommandFieldsResolver {
  @ResolveField(() => DateTimeScalar, { nullable: true, description: DESCRIPTION })
  async bootedSince(@Parent() command: CommandType, @Context() { loaders }: ApiContext): Promise<string | null> {
    const { state, sentAt, chargerId } = command;
    if (sentAt === null || (state !== 'UNKNOWN' && state !== 'TIMED_OUT')) return null;
    const bootedAt = (await loaders.chargers.load(chargerId))?.booted_at ?? null;
    return bootedAt !== null && bootedAt > sentAt ? bootedAt : null;
  }
}
