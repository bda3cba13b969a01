import { Field, ObjectType } from '@nestjs/graphql';
import type { TokenRow } from '@chargestream/read-model';
import { TokenConcurrency, TokenStatus } from '../enums';
import { FlagField, OptionalText, OptionalTime, TextField, TimeField } from '../fields';
import { connectionOf } from './page';

@ObjectType('Token', { description: 'What a driver presents to charge: an RFID card, an app, a contract.' })
export class TokenType {
  @TextField('The token; upper and lower case are the same.')
  idToken!: string;

  @TextField('2.x IdTokenEnumType, e.g. `ISO14443`, `Central`, `eMAID`.')
  type!: string;

  @Field(() => TokenStatus, { description: 'What it is worth.' })
  status!: TokenRow['status'];

  @OptionalTime('From then on it is not accepted; null never.')
  expiresAt!: string | null;

  @OptionalText('1.6 parentIdTag, 2.x groupIdToken: tokens of one group may end each other’s sessions.')
  groupId!: string | null;

  @FlagField('Whether chargers may keep it in their authorization cache.')
  cacheable!: boolean;

  @Field(() => TokenConcurrency, { description: 'Whether it may have several transactions at once.' })
  concurrency!: NonNullable<TokenRow['concurrency']>;

  @TimeField('When it was last put, by our clock.')
  updatedAt!: string;
}

export function toToken(row: TokenRow): TokenType {
  return {
    idToken: row.id_token,
    type: row.type,
    status: row.status,
    expiresAt: row.expires_at,
    groupId: row.group_id,
    cacheable: row.cacheable === 1,
    concurrency: row.concurrency ?? 'ALLOW',
    updatedAt: row.updated_at,
  };
}

export const TokenConnection = connectionOf(TokenType, 'Token');
