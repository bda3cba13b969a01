import { randomInt } from 'node:crypto';
import { Inject } from '@nestjs/common';
import { Args, Context, Resolver } from '@nestjs/graphql';
import { ApiError, badInput } from '../../errors/api-error';
import { IntentSender } from '../../intents/intent-sender';
import { API_OPTIONS, type ApiOptions } from '../../options';
import type { ApiContext } from '../context';
import { CancelReservationInput, ReserveInput } from '../inputs/reservations';
import { ValidatesInput } from '../input-validation';
import { commandMutation, INPUT, sendCommand, WaitArgs } from './command-mutation';

/** Mutations about reservations. */
@Resolver()
@ValidatesInput()
export class ReservationCommandsResolver {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(IntentSender) private readonly intents: IntentSender,
  ) {}

  @commandMutation('Asks a charger to keep a connector for somebody; see `reservation`.')
  reserve(@Args('input', INPUT) input: ReserveInput, @Args() wait: WaitArgs, @Context() context: ApiContext) {
    const { chargerId, evseId = null, connectorId = null, idToken, idTokenType, expiresAt } = input;
    if (Date.parse(expiresAt) <= (this.options.clock?.() ?? Date.now())) {
      throw badInput('expiresAt', 'future', 'expiresAt must be in the future.');
    }
    const reservationId = input.reservationId ?? this.options.newWireId?.() ?? randomInt(1, 2 ** 31 - 1);
    return sendCommand(this.intents, context, chargerId, input, wait, {
      kind: 'RESERVE',
      reservationId,
      evseId,
      connectorId,
      idToken,
      idTokenType,
      groupId: input.groupId || null,
      expiresAt,
    });
  }

  @commandMutation('Asks a charger to give a reserved connector free.')
  async cancelReservation(
    @Args('input', INPUT) input: CancelReservationInput,
    @Args() wait: WaitArgs,
    @Context() context: ApiContext,
  ) {
    const { reservationId } = input;
    const chargerId = input.chargerId || (await this.chargerOf(context, reservationId));
    return sendCommand(this.intents, context, chargerId, input, wait, { kind: 'CANCEL_RESERVATION', reservationId });
  }

  private async chargerOf({ caller }: ApiContext, reservationId: number): Promise<string> {
    const row = await this.options.readModel.queries.reservations.byId(caller.tenantId, reservationId);
    if (row === undefined) {
      const hint = 'give the chargerId if the charger has it all the same';
      throw new ApiError('NOT_FOUND', `There is no reservation ${reservationId}; ${hint}.`);
    }
    return row.charger_id;
  }
}
