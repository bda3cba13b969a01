import { Inject } from '@nestjs/common';
import { Args, Context, Resolver } from '@nestjs/graphql';
import { IntentSender } from '../../intents/intent-sender';
import { localListContent } from '../../intents/local-list-content';
import { API_OPTIONS, type ApiOptions } from '../../options';
import type { ApiContext } from '../context';
import { GetLocalListVersionInput, MAX_LOCAL_LIST, SendLocalListInput } from '../inputs/local-lists';
import { MAX_NUMBER } from '../inputs/validators';
import { ValidatesInput } from '../input-validation';
import { versionOf } from '../types/local-list';
import { commandMutation, INPUT, sendCommand, WaitArgs } from './command-mutation';

/** Mutations about chargers' local authorization lists. */
@Resolver()
@ValidatesInput()
export class LocalListCommandsResolver {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(IntentSender) private readonly intents: IntentSender,
  ) {}

  @commandMutation('Sends a charger its local authorization list, or a change of it.')
  async sendLocalList(
    @Args('input', INPUT) input: SendLocalListInput,
    @Args() wait: WaitArgs,
    @Context() context: ApiContext,
  ) {
    const { chargerId, updateType } = input;
    const { tenantId } = context.caller;
    const { queries } = this.options.readModel;
    const charger = await queries.charger(tenantId, chargerId);
    const entries = await localListContent(queries, input, {
      tenantId,
      nowMs: this.options.clock?.() ?? Date.now(),
      maxLength: charger?.ocpp_version === '1.6' ? 20 : null,
      maxEntries: MAX_LOCAL_LIST,
    });
    const version = input.version ?? (await this.nextVersion(tenantId, chargerId));
    const what = { kind: 'SEND_LOCAL_LIST' as const, updateType, version, entries };
    return sendCommand(this.intents, context, chargerId, input, wait, what);
  }

  @commandMutation('Asks a charger for the version of its local list; then shown in `localListVersion`.')
  getLocalListVersion(
    @Args('input', INPUT) input: GetLocalListVersionInput,
    @Args() wait: WaitArgs,
    @Context() context: ApiContext,
  ) {
    return sendCommand(this.intents, context, input.chargerId, input, wait, { kind: 'GET_LOCAL_LIST_VERSION' });
  }

  /** 1.6 §5.15: a version is above 0, for 0 and -1 have meanings of their own. */
  private async nextVersion(tenantId: string, chargerId: string): Promise<number> {
    const list = await this.options.readModel.queries.localLists.ofCharger(tenantId, chargerId);
    const known = list === undefined ? 0 : (versionOf(list) ?? 0);
    return Math.min(Math.max(known, 0) + 1, MAX_NUMBER);
  }
}
