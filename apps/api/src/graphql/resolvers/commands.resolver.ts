import { randomInt } from 'node:crypto';
import { Inject } from '@nestjs/common';
import { Args, Context, Resolver } from '@nestjs/graphql';
import type { ChargerCommand } from '@chargestream/contracts';
import { ApiError, badInput } from '../../errors/api-error';
import { chargingProfileObject } from '../../intents/charging-profile-object';
import { checkCall } from '../../intents/check-call';
import { IntentSender } from '../../intents/intent-sender';
import { storedChargingProfile } from '../../intents/stored-charging-profile';
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
import { ValidatesInput } from '../input-validation';
import type { CommandType } from '../types/command';
import { commandMutation as command, INPUT, sendCommand, WaitArgs } from './command-mutation';

/** Mutations that become commands to chargers. A charger that refuses is no error: see the command's state. */
@Resolver()
@ValidatesInput()
export class CommandsResolver {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(IntentSender) private readonly intents: IntentSender,
  ) {}

  @command('Asks a charger to start a session.')
  async startCharging(
    @Args('input', INPUT) input: StartChargingInput,
    @Args() wait: WaitArgs,
    @Context() context: ApiContext,
  ) {
    const { evseId = null, connectorId = null, idToken, idTokenType } = input;
    const chargingProfile = await this.profileOfStart(context, input);
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
    const { requestedMessage, evseId = null, connectorId = null, extended } = input;
    return this.send(context, input.chargerId, input, wait, {
      kind: 'TRIGGER_MESSAGE',
      requestedMessage,
      evseId,
      connectorId,
      ...(extended ? { extended: true } : {}),
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

  private send(
    context: ApiContext,
    chargerId: string,
    options: CommandOptions,
    wait: WaitArgs,
    what: ChargerCommand,
  ): Promise<CommandType> {
    return sendCommand(this.intents, context, chargerId, options, wait, what);
  }

  /** As an object of the charger's version, which only a charger that has connected has. */
  private async profileOfStart({ caller }: ApiContext, input: StartChargingInput): Promise<unknown> {
    const { chargerId, chargingProfileId, chargingProfile = null } = input;
    if (!chargingProfileId) return chargingProfile;
    if (chargingProfile !== null) {
      throw badInput('chargingProfile', 'exclusive', 'Give a chargingProfile or a chargingProfileId, not both.');
    }
    const { queries } = this.options.readModel;
    const profile = await storedChargingProfile(queries, caller.tenantId, chargingProfileId);
    // 1.6 §5.11, 2.0.1 F01.FR.09
    if (profile.purpose !== 'TxProfile') {
      const sentence = `A start takes a TxProfile, and charging profile ${chargingProfileId} is a ${profile.purpose}.`;
      throw badInput('chargingProfileId', 'purpose', sentence);
    }
    const version = (await queries.charger(caller.tenantId, chargerId))?.ocpp_version;
    if (!version) {
      const sentence = `Charger ${chargerId} has not connected yet: its version of OCPP is not known.`;
      throw new ApiError('CONFLICT', sentence);
    }
    return chargingProfileObject(version, profile);
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
