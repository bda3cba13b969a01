import { Inject } from '@nestjs/common';
import { Args, Context, ID, Query, Resolver } from '@nestjs/graphql';
import { chargerStream, commandStream, sessionStream } from '@chargestream/contracts';
import type { StoredEvent } from '@chargestream/event-store';
import { decodeCursor, encodeCursor, InvalidCursorError, type Page } from '@chargestream/read-model';
import { ApiError, badInput } from '../../errors/api-error';
import type { ApiContext } from '../context';
import { CommandsArgs, HistoryArgs, OcppMessagesArgs, TokensArgs } from '../inputs/filters';
import { ValidatesInput } from '../input-validation';
import { API_OPTIONS, type ApiOptions } from '../../options';
import { CommandConnection, CommandType, toCommand } from '../types/command';
import { OcppMessageConnection, toOcppMessage } from '../types/ocpp-message';
import { toConnection } from '../types/page';
import { StoredEventConnection, toStoredEvent } from '../types/stored-event';
import { TokenConnection, TokenType, toToken } from '../types/token';

/** Commands, tokens, frames and the event log. */
@Resolver()
@ValidatesInput()
export class RecordsResolver {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  @Query(() => CommandType, { nullable: true, description: 'One command; null when there is none of that id.' })
  async command(
    @Args('id', { type: () => ID, description: 'Its id.' }) id: string,
    @Context() { caller }: ApiContext,
  ): Promise<CommandType | null> {
    const row = await this.options.readModel.queries.command(caller.tenantId, id);
    return row === undefined ? null : toCommand(row);
  }

  @Query(() => CommandConnection, { description: 'Commands, newest request first.' })
  async commands(@Args() { filter, ...page }: CommandsArgs, @Context() { caller }: ApiContext) {
    const found = await this.options.readModel.queries.commands(caller.tenantId, filter ?? {}, page);
    return toConnection(found, toCommand, page.after);
  }

  @Query(() => TokenType, { nullable: true, description: 'One token; null when it is not known.' })
  async token(
    @Args('idToken', { description: 'The token; upper and lower case are the same.' }) idToken: string,
    @Context() { caller }: ApiContext,
  ): Promise<TokenType | null> {
    const row = await this.options.readModel.queries.token(caller.tenantId, idToken);
    return row === undefined ? null : toToken(row);
  }

  @Query(() => TokenConnection, { description: 'Tokens, by idToken.' })
  async tokens(@Args() { filter, ...page }: TokensArgs, @Context() { caller }: ApiContext) {
    const found = await this.options.readModel.queries.tokens(caller.tenantId, filter ?? {}, page);
    return toConnection(found, toToken, page.after);
  }

  @Query(() => OcppMessageConnection, {
    description: 'Raw frames of a charger, newest first. The log is bounded by age, count and size.',
  })
  async ocppMessages(@Args() { chargerId, filter, ...page }: OcppMessagesArgs, @Context() { caller }: ApiContext) {
    const found = await this.options.readModel.queries.ocppMessages(caller.tenantId, chargerId, filter ?? {}, page);
    return toConnection(found, toOcppMessage, page.after);
  }

  @Query(() => StoredEventConnection, {
    description: 'The event log itself, newest first: of one charger, one session or one command.',
  })
  async history(@Args() args: HistoryArgs, @Context() { caller }: ApiContext) {
    const stream = streamOf(args, caller.tenantId);
    const page = await this.readBackwards(stream, caller.tenantId, args);
    return toConnection(page, toStoredEvent, args.after);
  }

  private async readBackwards(stream: string, tenantId: string, args: HistoryArgs): Promise<Page<StoredEvent>> {
    const { store } = this.options;
    if (store === undefined) throw new ApiError('UNAVAILABLE', 'This instance of api is not given the event store.');
    const fromRevision = args.after ? revisionOf(args.after, stream) - 1 : undefined;
    if (fromRevision !== undefined && fromRevision < 0) return { rows: [], hasNextPage: false };
    const events: StoredEvent[] = [];
    const limit = args.first + 1;
    for await (const event of store.readStream(stream, { direction: 'backwards', fromRevision, limit })) {
      // The name of a session's stream does not tell whose it is.
      if (event.metadata.tenantId === tenantId) events.push(event);
    }
    const rows = events
      .slice(0, args.first)
      .map((row) => ({ row, cursor: encodeCursor(String(row.revision), stream) }));
    return { rows, hasNextPage: events.length > args.first };
  }
}

function streamOf({ chargerId, sessionId, commandId }: HistoryArgs, tenantId: string): string {
  const given = [chargerId, sessionId, commandId].filter((id) => id !== undefined && id !== null);
  if (given.length !== 1) {
    throw badInput('chargerId', 'oneOf', 'Give exactly one of chargerId, sessionId and commandId.');
  }
  if (chargerId) return chargerStream(tenantId, chargerId);
  return sessionId ? sessionStream(sessionId) : commandStream(commandId ?? '');
}

function revisionOf(cursor: string, stream: string): number {
  const [revision, of] = decodeCursor(cursor);
  if (of !== stream || !/^\d{1,15}$/.test(revision)) throw new InvalidCursorError();
  return Number(revision);
}
