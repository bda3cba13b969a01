import { Inject } from '@nestjs/common';
import { Args, Context, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { ApiContext } from '../context';
import { ReservationsArgs } from '../inputs/standing-filters';
import { ValidatesInput } from '../input-validation';
import { API_OPTIONS, type ApiOptions } from '../../options';
import { ChargerType, toCharger } from '../types/charger';
import { CommandType, toCommand } from '../types/command';
import { toConnection } from '../types/page';
import { ReservationConnection, ReservationType, toReservation } from '../types/reservation';
import { SessionType, toSession } from '../types/session';

@Resolver(() => ReservationType)
@ValidatesInput()
export class ReservationsResolver {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  @Query(() => ReservationType, { nullable: true, description: 'One reservation; null when there is none of that id.' })
  async reservation(
    @Args('id', { type: () => Int, description: 'The reservationId on the wire.' }) id: number,
    @Context() { caller }: ApiContext,
  ): Promise<ReservationType | null> {
    const row = await this.options.readModel.queries.reservations.byId(caller.tenantId, id);
    return row === undefined ? null : toReservation(row);
  }

  @Query(() => ReservationConnection, { description: 'Reservations, newest request first.' })
  async reservations(@Args() { filter, ...page }: ReservationsArgs, @Context() { caller }: ApiContext) {
    const found = await this.options.readModel.queries.reservations.page(caller.tenantId, filter ?? {}, page);
    return toConnection(found, toReservation, page.after);
  }

  @ResolveField(() => ChargerType, { nullable: true, description: 'The charger.' })
  async charger(
    @Parent() { chargerId }: ReservationType,
    @Context() { loaders }: ApiContext,
  ): Promise<ChargerType | null> {
    const row = await loaders.chargers.load(chargerId);
    return row === null ? null : toCharger(row);
  }

  @ResolveField(() => CommandType, { nullable: true, description: 'The command that asked for it.' })
  async command(
    @Parent() { commandId }: ReservationType,
    @Context() { loaders }: ApiContext,
  ): Promise<CommandType | null> {
    const row = await loaders.commands.load(commandId);
    return row === null ? null : toCommand(row);
  }

  @ResolveField(() => SessionType, { nullable: true, description: 'The session that used it.' })
  async session(
    @Parent() { sessionId }: ReservationType,
    @Context() { loaders }: ApiContext,
  ): Promise<SessionType | null> {
    const row = sessionId === null ? null : await loaders.sessions.load(sessionId);
    return row === null ? null : toSession(row);
  }

  @ResolveField(() => String, {
    nullable: true,
    description: 'A sentence when it is not known whether the charger holds it; null otherwise.',
  })
  async note(
    @Parent() { state, commandId }: ReservationType,
    @Context() { loaders }: ApiContext,
  ): Promise<string | null> {
    if (state !== 'REQUESTED') return null;
    const command = await loaders.commands.load(commandId);
    if (command?.state !== 'TIMED_OUT' && command?.state !== 'UNKNOWN') return null;
    return 'The charger did not answer: it may hold the reservation all the same. A start that names it uses it.';
  }
}

@Resolver(() => SessionType)
export class SessionReservationResolver {
  @ResolveField(() => ReservationType, { nullable: true, description: 'The reservation that it used.' })
  async reservation(
    @Parent() { id, reservationId }: SessionType,
    @Context() { loaders }: ApiContext,
  ): Promise<ReservationType | null> {
    const row = reservationId === null ? null : await loaders.reservations.load(reservationId);
    // The same id may have been reserved again since, at another charger too.
    return row?.session_id === id ? toReservation(row) : null;
  }
}
