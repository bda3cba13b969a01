import { Field, InputType } from '@nestjs/graphql';
import { IntField, OptionalId, OptionalInt, OptionalText, TextField, TimeField } from '../fields';
import { ChargerCommandInput, CommandOptions } from './commands';
import { MAX_NUMBER, MaybeText, MaybeWhole, RequiredText, Whole } from './validators';

@InputType({ description: 'Keep a connector for somebody.' })
export class ReserveInput extends ChargerCommandInput {
  @OptionalInt('EVSE; on 1.6 the connectorId, 0 any of them. Absent: any.')
  @MaybeWhole(0, MAX_NUMBER)
  evseId?: number | null;

  @OptionalInt('Connector within the EVSE; absent: any.')
  @MaybeWhole(0, MAX_NUMBER)
  connectorId?: number | null;

  @OptionalInt('The reservationId on the wire; one that the charger has is replaced. Absent: a new one is chosen.')
  @MaybeWhole(1, MAX_NUMBER)
  reservationId?: number | null;

  @TextField('Whom it is for. 1.6 chargers take at most 20 characters.')
  @RequiredText(255)
  idToken!: string;

  @Field(() => String, { defaultValue: 'ISO14443', description: '2.x IdTokenEnumType of the token.' })
  @RequiredText(20)
  idTokenType!: string;

  @OptionalText('1.6 parentIdTag, 2.x groupIdToken: tokens of this group may use it too.')
  @MaybeText(255)
  groupId?: string | null;

  @TimeField('When it runs out; in the future.')
  expiresAt!: string;
}

@InputType({ description: 'Give a reserved connector free.' })
export class CancelReservationInput extends CommandOptions {
  @OptionalId('The charger; absent: the one that the reservation was made at.')
  @MaybeText(255)
  chargerId?: string | null;

  @IntField('The reservationId on the wire.')
  @Whole(1, MAX_NUMBER)
  reservationId!: number;
}
