import { Context, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { ApiContext } from '../context';
import { DateTimeScalar } from '../scalars';
import { bootedSince, CommandType, isUnanswered } from '../types/command';

const DESCRIPTION =
  'When the charger last sent BootNotification after a command that it never answered (`UNKNOWN`, `TIMED_OUT`) had gone out, by our clock: it has restarted since, which is what a reset was to do. Null when it has not, and for commands that were answered.';

/** What is known of a command from elsewhere. */
@Resolver(() => CommandType)
export class CommandFieldsResolver {
  @ResolveField(() => DateTimeScalar, { nullable: true, description: DESCRIPTION })
  async bootedSince(@Parent() command: CommandType, @Context() { loaders }: ApiContext): Promise<string | null> {
    if (!isUnanswered(command)) return null;
    const charger = await loaders.chargers.load(command.chargerId);
    return bootedSince(command, charger?.booted_at ?? null);
  }
}
