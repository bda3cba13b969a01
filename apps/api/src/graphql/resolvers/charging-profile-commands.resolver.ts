import { randomInt } from 'node:crypto';
import { Inject } from '@nestjs/common';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import type { ChargingProfile } from '@chargestream/contracts';
import { ApiError, badInput } from '../../errors/api-error';
import { IntentSender } from '../../intents/intent-sender';
import { storedChargingProfile } from '../../intents/stored-charging-profile';
import { API_OPTIONS, type ApiOptions } from '../../options';
import type { ApiContext } from '../context';
import {
  ClearChargingProfileInput,
  GetCompositeScheduleInput,
  PutChargingProfileInput,
  RemoveChargingProfileInput,
  SetChargingProfileInput,
} from '../inputs/charging-profiles';
import { ValidatesInput } from '../input-validation';
import { ChargingProfileType, toChargingProfile } from '../types/charging-profile';
import { commandMutation, INPUT, sendCommand, WaitArgs } from './command-mutation';

/** Mutations about charging profiles: those kept here, and those set at chargers. */
@Resolver()
@ValidatesInput()
export class ChargingProfileCommandsResolver {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(IntentSender) private readonly intents: IntentSender,
  ) {}

  @Mutation(() => ChargingProfileType, { description: 'Keeps a charging profile, or replaces it.' })
  async putChargingProfile(@Args('input', INPUT) input: PutChargingProfileInput, @Context() { caller }: ApiContext) {
    refuseContradictions(input);
    const chargingProfileId = input.id ?? this.options.newWireId?.() ?? randomInt(1, 2 ** 31 - 1);
    const data = toProfile(input, chargingProfileId);
    await this.intents.send(caller, '', { type: 'PutChargingProfile', data });
    const row = await this.options.readModel.queries.chargingProfiles.byId(caller.tenantId, chargingProfileId);
    if (row === undefined) {
      throw new ApiError('CONFLICT', `Charging profile ${chargingProfileId} was removed at the same time.`);
    }
    return toChargingProfile(row);
  }

  @Mutation(() => Boolean, {
    description: 'Forgets a charging profile; chargers keep what was set. True when that is done.',
  })
  async removeChargingProfile(
    @Args('input', INPUT) { id }: RemoveChargingProfileInput,
    @Context() { caller }: ApiContext,
  ) {
    await this.intents.send(caller, '', { type: 'RemoveChargingProfile', data: { chargingProfileId: id } });
    return true;
  }

  @commandMutation('Sets a charging profile at a charger, as it is kept here now.')
  async setChargingProfile(
    @Args('input', INPUT) input: SetChargingProfileInput,
    @Args() wait: WaitArgs,
    @Context() context: ApiContext,
  ) {
    const { chargerId, chargingProfileId } = input;
    const { queries } = this.options.readModel;
    const profile = await storedChargingProfile(queries, context.caller.tenantId, chargingProfileId);
    const { transactionId, evseId } = await this.transactionOf(context, input);
    // 1.6 §5.16.2, 2.0.1 K01.FR.03
    if (profile.purpose === 'TxProfile' && transactionId === null) {
      throw badInput('sessionId', 'required', 'A TxProfile limits one transaction: give a sessionId or transactionId.');
    }
    if (profile.purpose !== 'TxProfile' && transactionId !== null) {
      throw badInput('sessionId', 'purpose', `A ${profile.purpose} is not of one transaction: give no session.`);
    }
    const what = { kind: 'SET_CHARGING_PROFILE' as const, evseId: input.evseId ?? evseId ?? 0, profile, transactionId };
    return sendCommand(this.intents, context, chargerId, input, wait, what);
  }

  @commandMutation('Clears charging profiles at a charger: one, those that fit, or all.')
  clearChargingProfile(
    @Args('input', INPUT) input: ClearChargingProfileInput,
    @Args() wait: WaitArgs,
    @Context() context: ApiContext,
  ) {
    const { chargerId, chargingProfileId = null, evseId = null, purpose = null, stackLevel = null } = input;
    const what = { kind: 'CLEAR_CHARGING_PROFILE' as const, chargingProfileId, evseId, purpose, stackLevel };
    return sendCommand(this.intents, context, chargerId, input, wait, what);
  }

  @commandMutation('Asks a charger what limits come of all its profiles; see the `response`.')
  getCompositeSchedule(
    @Args('input', INPUT) input: GetCompositeScheduleInput,
    @Args() wait: WaitArgs,
    @Context() context: ApiContext,
  ) {
    const { chargerId, evseId, durationS, unit = null } = input;
    const what = { kind: 'GET_COMPOSITE_SCHEDULE' as const, evseId, durationS, unit };
    return sendCommand(this.intents, context, chargerId, input, wait, what);
  }

  private async transactionOf({ caller }: ApiContext, input: SetChargingProfileInput) {
    const { queries } = this.options.readModel;
    const { chargerId, sessionId, transactionId } = input;
    if (sessionId) {
      const session = await queries.session(caller.tenantId, sessionId);
      if (session === undefined) throw new ApiError('NOT_FOUND', `There is no session ${sessionId}.`);
      if (session.charger_id !== chargerId) {
        throw badInput('sessionId', 'charger', `Session ${sessionId} is not of charger ${chargerId}.`);
      }
      return { transactionId: session.transaction_id, evseId: session.evse_id };
    }
    if (!transactionId) return { transactionId: null, evseId: null };
    const filter = { chargerId, transactionId, state: 'ACTIVE' as const };
    const found = await queries.sessions(caller.tenantId, filter, { first: 1 });
    return { transactionId, evseId: found.rows[0]?.row.evse_id ?? null };
  }
}

function refuseContradictions({ kind, recurrency, validFrom, validTo, schedule }: PutChargingProfileInput): void {
  if ((kind === 'Recurring') !== Boolean(recurrency)) {
    throw badInput('recurrency', 'kind', 'A recurring profile has a recurrency, and no other has one.');
  }
  if (kind === 'Relative' && schedule.startSchedule) {
    const sentence = 'A relative profile starts when charging does: give no startSchedule.';
    throw badInput('schedule.startSchedule', 'kind', sentence);
  }
  if (validFrom && validTo && Date.parse(validTo) <= Date.parse(validFrom)) {
    throw badInput('validTo', 'order', 'validTo must be after validFrom.');
  }
  schedule.periods.forEach(({ startPeriodS }, index) => {
    const before = schedule.periods[index - 1]?.startPeriodS;
    if (before === undefined ? startPeriodS === 0 : startPeriodS > before) return;
    const sentence = 'The first period starts at 0, and each later than the one before.';
    throw badInput(`schedule.periods.${index}.startPeriodS`, 'order', sentence);
  });
}

function toProfile(input: PutChargingProfileInput, chargingProfileId: number): ChargingProfile {
  const { description = null, stackLevel, purpose, kind, recurrency = null, schedule } = input;
  const { durationS = null, startSchedule = null, unit, minChargingRate = null } = schedule;
  const periods = schedule.periods.map(({ startPeriodS, limit, numberPhases = null }) => ({
    startPeriodS,
    limit,
    numberPhases,
  }));
  return {
    ...{ chargingProfileId, description, stackLevel, purpose, kind, recurrency },
    validFrom: input.validFrom ?? null,
    validTo: input.validTo ?? null,
    schedule: { durationS, startSchedule, unit, minChargingRate, periods },
  };
}
