import { Field, ObjectType } from '@nestjs/graphql';
import type { LocalListEntry, TokenStatus as TokenStatusName } from '@chargestream/contracts';
import type { LocalListRow } from '@chargestream/read-model';
import { TokenStatus } from '../enums';
import { FlagField, OptionalInt, OptionalText, OptionalTime, TextField, TimeField } from '../fields';

@ObjectType('LocalListEntry', { description: 'One token of a local authorization list.' })
export class LocalListEntryType {
  @TextField('The token; upper and lower case are the same.')
  idToken!: string;

  @OptionalText('2.x IdTokenEnumType; null when it is not known.')
  type!: string | null;

  @Field(() => TokenStatus, { nullable: true, description: 'What it is worth there.' })
  status!: TokenStatusName | null;

  @OptionalTime('From then on it is not accepted; null never.')
  expiresAt!: string | null;

  @OptionalText('1.6 parentIdTag, 2.x groupIdToken.')
  groupId!: string | null;
}

@ObjectType('LocalList', { description: 'The local authorization list of a charger, as far as it is known here.' })
export class LocalListType {
  @OptionalInt('Its version at the charger; 0 is an empty list, null when it is not known.')
  version!: number | null;

  @FlagField('False when the charger says that it keeps none.')
  supported!: boolean;

  @FlagField('False when the charger may hold something else than `entries`: send it a full list.')
  contentKnown!: boolean;

  @Field(() => [LocalListEntryType], { description: 'What it holds, by idToken.' })
  entries!: LocalListEntryType[];

  @OptionalText('Why the charger did not take the last update, e.g. `VersionMismatch`; null when it did.')
  refusal!: string | null;

  @TimeField('When it changed here, by our clock.')
  updatedAt!: string;
}

export function toLocalList(row: LocalListRow): LocalListType {
  return {
    version: versionOf(row),
    supported: row.supported === 1,
    contentKnown: row.content_known === 1,
    entries: JSON.parse(row.entries) as LocalListEntry[],
    refusal: row.refusal,
    updatedAt: row.updated_at,
  };
}

/** A charger may tell more than GraphQL's integers can say. */
export function versionOf({ version }: LocalListRow): number | null {
  return version !== null && Number.isInteger(version) && Math.abs(version) < 2 ** 31 ? version : null;
}
