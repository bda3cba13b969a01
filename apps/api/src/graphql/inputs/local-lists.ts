import { Field, InputType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';
import type { LocalListUpdateType as UpdateType, TokenStatus as TokenStatusName } from '@chargestream/contracts';
import { TokenStatus } from '../enums';
import { OptionalInt, OptionalText, OptionalTime, TextField } from '../fields';
import { LocalListUpdateType } from '../local-list-enums';
import { ChargerCommandInput } from './commands';
import { MAX_NUMBER, MaybeText, MaybeWhole, RequiredText } from './validators';

/** Far above what chargers hold, far below what a frame can carry. */
export const MAX_LOCAL_LIST = 10_000;

@InputType({ description: 'One token of a local authorization list, written out.' })
export class LocalListEntryInput {
  @TextField('The token. 1.6 chargers take at most 20 characters.')
  @RequiredText(255)
  idToken!: string;

  @OptionalText('2.x IdTokenEnumType; absent: `ISO14443` where it is needed.')
  @MaybeText(20)
  type?: string | null;

  @Field(() => TokenStatus, { defaultValue: 'ACCEPTED', description: 'What it is worth there.' })
  status!: TokenStatusName;

  @OptionalTime('From then on it is not accepted; absent: never.')
  expiresAt?: string | null;

  @OptionalText('1.6 parentIdTag, 2.x groupIdToken.')
  @MaybeText(255)
  groupId?: string | null;
}

@InputType({ description: 'Send a charger its local authorization list, or a change of it.' })
export class SendLocalListInput extends ChargerCommandInput {
  @Field(() => LocalListUpdateType, { defaultValue: 'FULL', description: 'The list, or a change of it.' })
  updateType!: UpdateType;

  @OptionalInt('Version the list has afterwards; absent: one more than the last that is known.')
  @MaybeWhole(1, MAX_NUMBER)
  version?: number | null;

  @Field(() => [String], {
    nullable: true,
    description: 'idTokens of tokens known here. A full list without these and `entries` has all that may charge.',
  })
  @IsOptional()
  @ArrayMaxSize(MAX_LOCAL_LIST)
  @IsString({ each: true })
  @MaxLength(255, { each: true })
  tokens?: string[] | null;

  @Field(() => [LocalListEntryInput], { nullable: true, description: 'Tokens written out, known here or not.' })
  @IsOptional()
  @ArrayMaxSize(MAX_LOCAL_LIST)
  @ValidateNested({ each: true })
  @Type(() => LocalListEntryInput)
  entries?: LocalListEntryInput[] | null;

  @Field(() => [String], { defaultValue: [], description: 'idTokens to take off the list; of a differential update.' })
  @ArrayMaxSize(MAX_LOCAL_LIST)
  @IsString({ each: true })
  @MaxLength(255, { each: true })
  remove!: string[];
}

@InputType({ description: 'Ask a charger for the version of its local authorization list.' })
export class GetLocalListVersionInput extends ChargerCommandInput {}
