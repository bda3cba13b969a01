import { Inject } from '@nestjs/common';
import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import type { ChargerCredentials } from '@chargestream/contracts';
import { hashPassword } from '@chargestream/service-kit';
import { ApiError, badInput } from '../../errors/api-error';
import { IntentSender } from '../../intents/intent-sender';
import { API_OPTIONS, type ApiOptions } from '../../options';
import type { ApiContext } from '../context';
import {
  PutTokenInput,
  RegisterChargerInput,
  RemoveTokenInput,
  RetireChargerInput,
  SetChargerCredentialsInput,
  UpdateChargerInput,
} from '../inputs/administration';
import { ValidatesInput } from '../input-validation';
import { ChargerType, toCharger } from '../types/charger';
import { TokenType, toToken } from '../types/token';

const INPUT = { description: 'What to do.' };

/** Mutations that core decides on alone: chargers' registration and tokens. */
@Resolver()
@ValidatesInput()
export class AdministrationResolver {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(IntentSender) private readonly intents: IntentSender,
  ) {}

  @Mutation(() => ChargerType, { description: 'Lets a charger in, or takes over one that registered itself.' })
  async registerCharger(@Args('input', INPUT) input: RegisterChargerInput, @Context() context: ApiContext) {
    const { chargerId, displayName = null, registration, password, username } = input;
    const credentials = password ? await credentialsOf(password, username) : null;
    if (!password && username) throw badInput('password', 'required', 'A username needs a password.');
    await this.intents.send(context.caller, chargerId, {
      type: 'RegisterCharger',
      data: { displayName, registration, credentials },
    });
    return this.charger(context, chargerId);
  }

  @Mutation(() => ChargerType, { description: 'Changes what we know of a charger.' })
  async updateCharger(@Args('input', INPUT) input: UpdateChargerInput, @Context() context: ApiContext) {
    const { chargerId, displayName, registration, securityProfile } = input;
    await this.intents.send(context.caller, chargerId, {
      type: 'UpdateCharger',
      data: {
        ...(displayName === undefined ? {} : { displayName }),
        ...(registration ? { registration } : {}),
        ...(securityProfile === undefined ? {} : { securityProfile }),
      },
    });
    return this.charger(context, chargerId);
  }

  @Mutation(() => ChargerType, { description: 'Sets or takes away the password a charger must present.' })
  async setChargerCredentials(@Args('input', INPUT) input: SetChargerCredentialsInput, @Context() context: ApiContext) {
    const { chargerId, password, username } = input;
    const credentials = password === null ? null : await credentialsOf(password, username);
    await this.intents.send(context.caller, chargerId, { type: 'SetChargerCredentials', data: { credentials } });
    return this.charger(context, chargerId);
  }

  @Mutation(() => ChargerType, { description: 'Keeps a charger from connecting; its past stays.' })
  async retireCharger(@Args('input', INPUT) { chargerId }: RetireChargerInput, @Context() context: ApiContext) {
    await this.intents.send(context.caller, chargerId, { type: 'RetireCharger', data: {} });
    return this.charger(context, chargerId);
  }

  @Mutation(() => TokenType, { description: 'Adds a token, or replaces it.' })
  async putToken(@Args('input', INPUT) input: PutTokenInput, @Context() context: ApiContext) {
    const { idToken, type, status, expiresAt = null, groupId = null, cacheable, concurrency } = input;
    const data = { idToken, type, status, expiresAt, groupId, cacheable, concurrency };
    await this.intents.send(context.caller, '', { type: 'PutToken', data });
    const row = await this.options.readModel.queries.token(context.caller.tenantId, idToken);
    if (row === undefined) throw new ApiError('CONFLICT', `Token ${idToken} was removed at the same time.`);
    return toToken(row);
  }

  @Mutation(() => Boolean, { description: 'Forgets a token. True when that is done.' })
  async removeToken(@Args('input', INPUT) { idToken }: RemoveTokenInput, @Context() context: ApiContext) {
    await this.intents.send(context.caller, '', { type: 'RemoveToken', data: { idToken } });
    return true;
  }

  private async charger({ caller }: ApiContext, chargerId: string): Promise<ChargerType> {
    const row = await this.options.readModel.queries.charger(caller.tenantId, chargerId);
    if (row === undefined) throw new ApiError('NOT_FOUND', `There is no charger ${chargerId}.`);
    return toCharger(row);
  }
}

/** The password itself goes no further than here. */
async function credentialsOf(password: string, username: string | null | undefined): Promise<ChargerCredentials> {
  return { username: username ?? null, passwordHash: await hashPassword(password) };
}
