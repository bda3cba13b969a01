import { ArgsType, Field, InputType } from '@nestjs/graphql';
import type { ChargingProfileRow, ReservationRow } from '@chargestream/read-model';
import { ChargingProfilePurpose } from '../charging-profile-enums';
import { ReservationState } from '../enums';
import { OptionalId, OptionalText } from '../fields';
import { filtered, FilterText } from './filters';

@InputType({ description: 'Which reservations; all that is given must hold.' })
export class ReservationFilter {
  @OptionalId('Only at this charger.')
  @FilterText()
  chargerId?: string | null;

  @Field(() => ReservationState, { nullable: true, description: 'Only in this state.' })
  state?: ReservationRow['state'] | null;

  @OptionalText('Only for this token.')
  @FilterText()
  idToken?: string | null;
}

@InputType({ description: 'Which charging profiles; all that is given must hold.' })
export class ChargingProfileFilter {
  @OptionalText('Part of the description, in any case.')
  @FilterText()
  description?: string | null;

  @Field(() => ChargingProfilePurpose, { nullable: true, description: 'Only of this purpose.' })
  purpose?: ChargingProfileRow['purpose'] | null;
}

@ArgsType()
export class ReservationsArgs extends filtered(ReservationFilter, 'reservations') {}

@ArgsType()
export class ChargingProfilesArgs extends filtered(ChargingProfileFilter, 'charging profiles') {}
