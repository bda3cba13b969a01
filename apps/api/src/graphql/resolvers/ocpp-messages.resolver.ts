import { Context, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { ApiContext } from '../context';
import { OcppMessageType } from '../types/ocpp-message';
import { SessionType, toSession } from '../types/session';

/** What a frame leads to; the log itself is with the other records. */
@Resolver(() => OcppMessageType)
export class OcppMessagesResolver {
  @ResolveField(() => SessionType, { nullable: true, description: 'The session; null when it is not known (yet).' })
  async session(
    @Parent() { sessionId }: OcppMessageType,
    @Context() { loaders }: ApiContext,
  ): Promise<SessionType | null> {
    const row = sessionId === null ? null : await loaders.sessions.load(sessionId);
    return row === null ? null : toSession(row);
  }
}
