import { ArgsType, Field, ID, InputType, Int } from '@nestjs/graphql';
import type { Type } from '@nestjs/common';
import { Type as TypeOf } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min, ValidateNested } from 'class-validator';
import type { ChargerRow, CommandRow, OcppMessageRow, SessionRow, TokenRow } from '@chargestream/read-model';
import { CommandKind, CommandState, Connectivity, Direction, SessionState, TokenStatus } from '../enums';
import { OptionalFlag, OptionalId, OptionalText, OptionalTime } from '../fields';

/** Rows in one page at most. */
export const MAX_PAGE_SIZE = 500;

const PAGE_SIZE_MESSAGE = `first must be a whole number from 0 to ${MAX_PAGE_SIZE}; use \`after\` for what follows`;

/** Text a client may filter by: no identifier of OCPP is longer. */
export function FilterText(): PropertyDecorator {
  return (target, key) => {
    IsOptional()(target, key);
    IsString()(target, key as string);
    MaxLength(255)(target, key as string);
  };
}

@ArgsType()
export class PageArgs {
  @Field(() => Int, { defaultValue: 50, description: `Rows at most, 0 to ${MAX_PAGE_SIZE}.` })
  @IsInt({ message: PAGE_SIZE_MESSAGE })
  @Min(0, { message: PAGE_SIZE_MESSAGE })
  @Max(MAX_PAGE_SIZE, { message: PAGE_SIZE_MESSAGE })
  first!: number;

  @Field(() => String, { nullable: true, description: 'Cursor of the row before the page.' })
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  after?: string | null;
}

@InputType({ description: 'Which chargers.' })
export class ChargerFilter {
  @Field(() => Connectivity, { nullable: true, description: 'Only those with, or without, a connection.' })
  connectivity?: ChargerRow['connectivity'] | null;

  @OptionalText('Part of the id, name, vendor, model, serial number or firmware version, in any case.')
  @FilterText()
  text?: string | null;

  @OptionalFlag('Also those that were retired; they are left out otherwise.')
  includeRetired?: boolean | null;
}

@InputType({ description: 'Which sessions; all that is given must hold.' })
export class SessionFilter {
  @OptionalId('Only of this charger.')
  @FilterText()
  chargerId?: string | null;

  @OptionalText('Only started by this token.')
  @FilterText()
  idToken?: string | null;

  @Field(() => SessionState, { nullable: true, description: 'Only those under way, or ended.' })
  state?: SessionRow['state'] | null;

  @OptionalText('Only with this transactionId on the wire.')
  @FilterText()
  transactionId?: string | null;

  @OptionalTime('Only started at or after this moment.')
  from?: string | null;

  @OptionalTime('Only started before this moment.')
  to?: string | null;
}

@InputType({ description: 'Which commands; all that is given must hold.' })
export class CommandFilter {
  @OptionalId('Only to this charger.')
  @FilterText()
  chargerId?: string | null;

  @Field(() => CommandState, { nullable: true, description: 'Only in this state.' })
  state?: CommandRow['state'] | null;

  @Field(() => CommandKind, { nullable: true, description: 'Only of this kind.' })
  kind?: CommandRow['kind'] | null;
}

@InputType({ description: 'Which tokens; all that is given must hold.' })
export class TokenFilter {
  @Field(() => TokenStatus, { nullable: true, description: 'Only with this status.' })
  status?: TokenRow['status'] | null;

  @OptionalText('Only of this group.')
  @FilterText()
  groupId?: string | null;

  @OptionalText('Part of the token, in any case.')
  @FilterText()
  text?: string | null;
}

@InputType({ description: 'Which frames; all that is given must hold.' })
export class OcppMessageFilter {
  @Field(() => Direction, { nullable: true, description: 'Only from, or only to, the charger.' })
  direction?: OcppMessageRow['direction'] | null;

  @OptionalText('Only of this type, e.g. `CALL`.')
  @FilterText()
  messageType?: string | null;

  @OptionalText('Only of this action, e.g. `MeterValues`.')
  @FilterText()
  action?: string | null;

  @OptionalText('Only with this messageId.')
  @FilterText()
  messageId?: string | null;

  @OptionalText('Only of this command.')
  @FilterText()
  commandId?: string | null;

  @OptionalText('Only of this session.')
  @FilterText()
  sessionId?: string | null;

  @OptionalFlag('Only those that obey, or break, their schema.')
  valid?: boolean | null;
}

@ArgsType()
export class SampleArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'Only this measurand, e.g. `Power.Active.Import`.' })
  @FilterText()
  measurand?: string | null;
}

@ArgsType()
export class HistoryArgs extends PageArgs {
  @Field(() => Int, { defaultValue: 100, description: `Events at most, 0 to ${MAX_PAGE_SIZE}.` })
  override first!: number;

  @Field(() => ID, { nullable: true, description: 'Events of this charger.' })
  @FilterText()
  chargerId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Events of this session.' })
  @FilterText()
  sessionId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Events of this command.' })
  @FilterText()
  commandId?: string | null;
}

/** The filter inside the arguments, so that class-validator follows it. */
export function filtered<Filter extends object>(
  type: Type<Filter>,
  what: string,
): Type<PageArgs & { filter?: Filter | null }> {
  @ArgsType()
  class FilteredArgs extends PageArgs {
    @Field(() => type, { nullable: true, description: `Which ${what}; all of them when absent.` })
    @IsOptional()
    @ValidateNested()
    @TypeOf(() => type)
    filter?: Filter | null;
  }
  return FilteredArgs;
}

@ArgsType()
export class ChargersArgs extends filtered(ChargerFilter, 'chargers') {}

@ArgsType()
export class SessionsArgs extends filtered(SessionFilter, 'sessions') {}

@ArgsType()
export class CommandsArgs extends filtered(CommandFilter, 'commands') {}

@ArgsType()
export class TokensArgs extends filtered(TokenFilter, 'tokens') {}

@ArgsType()
export class OcppMessagesArgs extends filtered(OcppMessageFilter, 'frames') {
  @Field(() => ID, { description: 'The charger.' })
  @IsString()
  @MaxLength(255)
  chargerId!: string;
}
