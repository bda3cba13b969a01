import { randomInt } from 'node:crypto';
import { Inject } from '@nestjs/common';
import { Args, ArgsType, Context, Field, Int, Mutation, Resolver } from '@nestjs/graphql';
import type { ChargerCommand } from '@chargestream/contracts';
import { ApiError, badInput } from '../../errors/api-error';
import { checkCall } from '../../intents/check-call';
import { IntentSender } from '../../intents/intent-sender';
import { API_OPTIONS, type ApiOptions } from '../../options';
import type { ApiContext } from '../context';
import {
  CallChargerInput,
  ClearCacheInput,
  type CommandOptions,
  DataTransferInput,
  GetConfigurationInput,
  ResetChargerInput,
  SetAvailabilityInput,
  SetConfigurationInput,
  StartChargingInput,
  StopChargingInput,
  TriggerMessageInput,
  UnlockConnectorInput,
} from '../inputs/commands';
import { Whole } from '../inputs/validators';
import { ValidatesInput } from '../input-validation';
import { CommandType, toCommand } from '../types/command';

const MAX_WAIT_S = 120;
const INPUT = { description: 'What to do.' };
const command = (description: string) => Mutation(() => CommandType, { description });

@ArgsType()
export class WaitArgs {
  @Field(() => Int, {
    defaultValue: 0,
    description: `Wait up to this many seconds (0 to ${MAX_WAIT_S}) for a final state; the command goes on anyway.`,
  })
  @Whole(0, MAX_WAIT_S)
  waitSeconds!: number;
}

/** Mutations that become commands to chargers. A charger that refuses is no error: see the command's state. */
@Resolver()
@ValidatesInput()
export class CommandsResolver {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(IntentSender) private readonly intents: IntentSender,
  ) {}

  @command('Asks a charger to start a session.')
  startCharging(
    @Args('input', INPUT) input: StartChargingInput,
    @Args() wait: WaitArgs,
    @Context() context: ApiContext,
  ) {
    const { evseId = null, connectorId = null, idToken, idTokenType, chargingProfile = null } = input;
    // 2.0.1 F01.FR.19: remoteStartId tells which start the transaction belongs to.
    const remoteStartId = this.options.newRemoteStartId?.() ?? randomInt(1, 2 ** 31 - 1);
    return this.send(context, input.chargerId, input, wait, {
      kind: 'START_CHARGING',
      evseId,
      connectorId,
      idToken,
      idTokenType,
      remoteStartId,
      chargingProfile,
    });
  }

  @command('Asks a charger to end a session.')
  async stopCharging(
    @Args('input', INPUT) input: StopChargingInput,
    @Args() wait: WaitArgs,
    @Context() context: ApiContext,
  ) {
    const { chargerId, sessionId, transactionId } = await this.transactionOf(context, input);
    return this.send(context, chargerId, input, wait, { kind: 'STOP_CHARGING', sessionId, transactionId });
  }

  @command('Asks a charger to release a plug.')
  unlockConnector(
    @Args('input', INPUT) input: UnlockConnectorInput,
    @Args() wait: WaitArgs,
    @Context() context: ApiContext,
  ) {
    const { evseId, connectorId } = input;
    return this.send(context, input.chargerId, input, wait, { kind: 'UNLOCK_CONNECTOR', evseId, connectorId });
  }

  @command('Asks a charger to restart.')
  resetCharger(@Args('input', INPUT) input: ResetChargerInput, @Args() wait: WaitArgs, @Context() context: ApiContext) {
    const { type, evseId = null } = input;
    return this.send(context, input.chargerId, input, wait, { kind: 'RESET_CHARGER', type, evseId });
  }

  @command('Puts a charger, an EVSE or a connector into or out of use.')
  setAvailability(
    @Args('input', INPUT) input: SetAvailabilityInput,
    @Args() wait: WaitArgs,
    @Context() context: ApiContext,
  ) {
    const { availability, evseId = null, connectorId = null } = input;
    const operative = availability === 'OPERATIVE';
    return this.send(context, input.chargerId, input, wait, {
      kind: 'SET_AVAILABILITY',
      operative,
      evseId,
      connectorId,
    });
  }

  @command('Asks a charger to send a message.')
  triggerMessage(
    @Args('input', INPUT) input: TriggerMessageInput,
    @Args() wait: WaitArgs,
    @Context() context: ApiContext,
  ) {
    const { requestedMessage, evseId = null, connectorId = null } = input;
    return this.send(context, input.chargerId, input, wait, {
      kind: 'TRIGGER_MESSAGE',
      requestedMessage,
      evseId,
      connectorId,
    });
  }

  @command('Asks a charger for its settings; the answer is shown in `configuration` or `variables` of the charger.')
  getConfiguration(
    @Args('input', INPUT) input: GetConfigurationInput,
    @Args() wait: WaitArgs,
    @Context() context: ApiContext,
  ) {
    const variables = input.variables.map((variable) => withoutNulls(variable));
    return this.send(context, input.chargerId, input, wait, { kind: 'GET_CONFIGURATION', keys: input.keys, variables });
  }

  @command('Changes settings of a charger.')
  setConfiguration(
    @Args('input', INPUT) input: SetConfigurationInput,
    @Args() wait: WaitArgs,
    @Context() context: ApiContext,
  ) {
    input.entries.forEach((entry, index) => {
      if (entry.key || (entry.component && entry.variable)) return;
      throw badInput(`entries.${index}.key`, 'required', 'Give a key, or a component and a variable.');
    });
    const entries = input.entries.map((entry) => withoutNulls(entry));
    return this.send(context, input.chargerId, input, wait, { kind: 'SET_CONFIGURATION', entries });
  }

  @command('Makes a charger forget its authorization cache.')
  clearCache(@Args('input', INPUT) input: ClearCacheInput, @Args() wait: WaitArgs, @Context() context: ApiContext) {
    return this.send(context, input.chargerId, input, wait, { kind: 'CLEAR_CACHE' });
  }

  @command("Sends data in a form of the charger's maker.")
  dataTransfer(@Args('input', INPUT) input: DataTransferInput, @Args() wait: WaitArgs, @Context() context: ApiContext) {
    const { vendorId, messageId = null, data = null } = input;
    return this.send(context, input.chargerId, input, wait, { kind: 'DATA_TRANSFER', vendorId, messageId, data });
  }

  @command("Sends any message of the charger's version of OCPP, checked against its schema.")
  async callCharger(
    @Args('input', INPUT) input: CallChargerInput,
    @Args() wait: WaitArgs,
    @Context() context: ApiContext,
  ) {
    const { action, payload } = input;
    const charger = await this.options.readModel.queries.charger(context.caller.tenantId, input.chargerId);
    if (charger?.ocpp_version) checkCall(charger.ocpp_version, action, payload);
    return this.send(context, input.chargerId, input, wait, { kind: 'CALL_CHARGER', action, payload });
  }

  private async send(
    { caller }: ApiContext,
    chargerId: string,
    { timeoutSeconds, holdUntilOnline }: CommandOptions,
    { waitSeconds }: WaitArgs,
    what: ChargerCommand,
  ): Promise<CommandType> {
    const terms = { timeoutSeconds, holdUntilOnline, waitSeconds };
    return toCommand(await this.intents.command(caller, chargerId, what, terms));
  }

  private async transactionOf({ caller }: ApiContext, input: StopChargingInput) {
    const { queries } = this.options.readModel;
    if (input.sessionId) {
      const session = await queries.session(caller.tenantId, input.sessionId);
      if (session === undefined) throw new ApiError('NOT_FOUND', `There is no session ${input.sessionId}.`);
      return { chargerId: session.charger_id, sessionId: session.key, transactionId: session.transaction_id };
    }
    const { chargerId, transactionId } = input;
    if (!chargerId || !transactionId) {
      throw badInput('sessionId', 'required', 'Give a sessionId, or a chargerId and a transactionId.');
    }
    const filter = { chargerId, transactionId, state: 'ACTIVE' as const };
    const found = await queries.sessions(caller.tenantId, filter, { first: 1 });
    return { chargerId, transactionId, sessionId: found.rows[0]?.row.key ?? null };
  }
}

function withoutNulls<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null && inner !== undefined)) as T;
}
