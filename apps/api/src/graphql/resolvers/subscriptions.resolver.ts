import { Inject } from '@nestjs/common';
import { Args, Context, ID, Resolver, Subscription } from '@nestjs/graphql';
import { API_OPTIONS, type ApiOptions } from '../../options';
import { mapped } from '../../updates/mapped';
import { UpdateFeed } from '../../updates/update-feed';
import type { ApiContext } from '../context';
import { ValidatesInput } from '../input-validation';
import { ChargerType, toCharger } from '../types/charger';
import { bootedSince, CommandType, isUnanswered, toCommand } from '../types/command';
import { OcppMessageType, toOcppMessage } from '../types/ocpp-message';
import { SessionType, toSession } from '../types/session';

/**
 * Live queries: told what changed, they read it again. A client that is slow gets the newest state of each entity, not
 * every step on the way.
 */
@Resolver()
@ValidatesInput()
export class SubscriptionsResolver {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(UpdateFeed) private readonly feed: UpdateFeed,
  ) {}

  @Subscription(() => ChargerType, { description: 'A charger or one of its connectors changed.' })
  chargerChanged(
    @Args('id', { type: () => ID, nullable: true, description: 'Only this one.' }) id: string | null,
    @Context() { caller: { tenantId } }: ApiContext,
  ) {
    const changes = this.feed.changes({ tenantId, entities: ['charger', 'connector'], chargerId: id });
    return mapped(changes, async ({ chargerId }) => {
      const row = chargerId === null ? undefined : await this.options.readModel.queries.charger(tenantId, chargerId);
      return row === undefined ? null : { chargerChanged: toCharger(row) };
    });
  }

  @Subscription(() => SessionType, { description: 'A session began, moved on or ended.' })
  sessionChanged(
    @Args('chargerId', { type: () => ID, nullable: true, description: 'Only of this charger.' })
    chargerId: string | null,
    @Args('id', { type: () => ID, nullable: true, description: 'Only this one.' }) id: string | null,
    @Context() { caller: { tenantId } }: ApiContext,
  ) {
    const changes = this.feed.changes({ tenantId, entities: ['session'], chargerId, id });
    return mapped(changes, async (change) => {
      const row = await this.options.readModel.queries.session(tenantId, change.id);
      return row === undefined ? null : { sessionChanged: toSession(row) };
    });
  }

  @Subscription(() => CommandType, {
    description:
      'A command as it is now, and whenever it moves on: one that has ended before the subscription is told too, and the boot of a charger that never answered it.',
  })
  commandChanged(
    @Args('id', { type: () => ID, description: 'The command.' }) id: string,
    @Context() { caller: { tenantId } }: ApiContext,
  ) {
    // Who just asked for it must not miss its end for being slower than the charger.
    const now = { kind: 'changed', entity: 'command', tenantId, chargerId: null, id, at: '' } as const;
    // That its charger boots is news of a command that it never answered.
    let restarting: string | null = null;
    const orCharger = () => restarting;
    const changes = this.feed.changes({ tenantId, entities: ['command'], id, orCharger }, now);
    return mapped(changes, async (change) => {
      const { queries } = this.options.readModel;
      const row = await queries.command(tenantId, id);
      if (row === undefined) return null;
      const command = toCommand(row);
      // Before the charger is looked at: a boot from here on is told.
      restarting = isUnanswered(command) ? command.chargerId : null;
      const bootedAt = restarting === null ? null : ((await queries.charger(tenantId, restarting))?.booted_at ?? null);
      const hasBooted = bootedSince(command, bootedAt) !== null;
      if (hasBooted) restarting = null;
      return change.entity === 'command' || hasBooted ? { commandChanged: command } : null;
    });
  }

  @Subscription(() => OcppMessageType, {
    description: 'A frame went to or came from a charger. A client too slow for it misses the oldest.',
  })
  ocppMessage(
    @Args('chargerId', { type: () => ID, description: 'The charger.' }) chargerId: string,
    @Context() { caller: { tenantId } }: ApiContext,
  ) {
    const changes = this.feed.changes({ tenantId, entities: ['ocppMessage'], chargerId });
    return mapped(changes, async (change) => {
      const [row] = await this.options.readModel.queries.ocppMessagesByIds(tenantId, [change.id]);
      return row === undefined ? null : { ocppMessage: toOcppMessage(row) };
    });
  }
}
