import { Field, InputType, Int } from '@nestjs/graphql';
import { IsIn, IsOptional, ValidateIf } from 'class-validator';
import type {
  RegistrationStatus,
  TokenConcurrency as TokenConcurrencyName,
  TokenStatus as TokenStatusName,
} from '@chargestream/contracts';
import { Registration, TokenConcurrency, TokenStatus } from '../enums';
import { IdField, OptionalText, OptionalTime, TextField } from '../fields';
import { ChargerId, MaybeText, Password, RequiredText } from './validators';

@InputType({ description: 'A charger to let in.' })
export class RegisterChargerInput {
  @IdField('As in the address it connects to.')
  @ChargerId()
  chargerId!: string;

  @OptionalText('What an operator calls it.')
  @MaybeText(200)
  displayName?: string | null;

  @Field(() => Registration, { defaultValue: 'ACCEPTED', description: 'What it is told at BootNotification.' })
  registration!: RegistrationStatus;

  @OptionalText('Password it must present, 16 to 64 characters; only a hash of it is kept. Absent: none.')
  @IsOptional()
  @Password()
  password?: string | null;

  @OptionalText("Username it must present with the password; absent: the charger's id.")
  @MaybeText(255)
  username?: string | null;
}

@InputType({ description: 'What to change of a charger; what is absent stays.' })
export class UpdateChargerInput {
  @IdField('The charger.')
  @ChargerId()
  chargerId!: string;

  @OptionalText('What an operator calls it; null takes the name away.')
  @MaybeText(200)
  displayName?: string | null;

  @Field(() => Registration, { nullable: true, description: 'What it is told at BootNotification.' })
  registration?: RegistrationStatus | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The lowest security profile, 0 to 3, it is let in with; null lets it in with any.',
  })
  @IsOptional()
  @IsIn([0, 1, 2, 3], { message: 'securityProfile must be 0, 1, 2 or 3' })
  securityProfile?: 0 | 1 | 2 | 3 | null;
}

@InputType({ description: 'The password a charger must present from its next connection on.' })
export class SetChargerCredentialsInput {
  @IdField('The charger.')
  @ChargerId()
  chargerId!: string;

  @OptionalText('16 to 64 characters; only a hash of it is kept. Null takes the credentials away.')
  @ValidateIf((_, value) => value !== null)
  @Password()
  password!: string | null;

  @OptionalText("Username it must present; absent: the charger's id.")
  @MaybeText(255)
  username?: string | null;
}

@InputType({ description: 'A charger that shall not connect any more.' })
export class RetireChargerInput {
  @IdField('The charger.')
  @ChargerId()
  chargerId!: string;
}

@InputType({ description: 'A token, new or in place of the one there is.' })
export class PutTokenInput {
  @TextField('The token; upper and lower case are the same. 1.6 chargers take at most 20 characters.')
  @RequiredText(255)
  idToken!: string;

  @Field(() => String, {
    defaultValue: 'ISO14443',
    description: '2.x IdTokenEnumType, e.g. `ISO14443`, `Central`, `eMAID`.',
  })
  @RequiredText(20)
  type!: string;

  @Field(() => TokenStatus, { defaultValue: 'ACCEPTED', description: 'What it is worth.' })
  status!: TokenStatusName;

  @OptionalTime('From then on it is not accepted; absent: never.')
  expiresAt?: string | null;

  @OptionalText('1.6 parentIdTag, 2.x groupIdToken.')
  @MaybeText(255)
  groupId?: string | null;

  @Field(() => Boolean, { defaultValue: true, description: 'Whether chargers may keep it in their cache.' })
  cacheable!: boolean;

  @Field(() => TokenConcurrency, {
    defaultValue: 'ALLOW',
    description: 'Whether it may have several transactions at once.',
  })
  concurrency!: TokenConcurrencyName;
}

@InputType({ description: 'A token to forget.' })
export class RemoveTokenInput {
  @TextField('The token; upper and lower case are the same.')
  @RequiredText(255)
  idToken!: string;
}
