import { Field, ObjectType } from '@nestjs/graphql';
import type { ReservationRow } from '@chargestream/read-model';
import { ReservationState } from '../enums';
import {
  IdField,
  IntField,
  OptionalId,
  OptionalInt,
  OptionalText,
  OptionalTime,
  TextField,
  TimeField,
} from '../fields';
import { connectionOf } from './page';

@ObjectType('Reservation', {
  description: 'A connector kept for somebody. An id may be reserved again: the newest shows.',
})
export class ReservationType {
  @IntField('The reservationId on the wire.')
  id!: number;

  @IdField('The charger.')
  chargerId!: string;

  @OptionalInt('Its EVSE; on 1.6 this is the connectorId, 0 any of them. Null: any (2.x).')
  evseId!: number | null;

  @OptionalInt('Its connector within the EVSE; null: any.')
  connectorId!: number | null;

  @TextField('Whom it is for.')
  idToken!: string;

  @OptionalText('2.x IdTokenEnumType; null when it is not known.')
  idTokenType!: string | null;

  @OptionalText('1.6 parentIdTag, 2.x groupIdToken: tokens of this group may use it too.')
  groupId!: string | null;

  @TimeField('When it runs out.')
  expiresAt!: string;

  @Field(() => ReservationState, { description: 'What is known of it.' })
  state!: ReservationRow['state'];

  @OptionalText('Why the charger did not take it, or not what should replace it: its word, or how the command ended.')
  refusal!: string | null;

  @IdField('The command that asked for it.')
  commandId!: string;

  @OptionalId('The command that cancelled it; null when the charger could not keep it, as after a fault.')
  cancelCommandId!: string | null;

  @OptionalId('The session that used it.')
  sessionId!: string | null;

  @TimeField('When it was asked for, by our clock.')
  requestedAt!: string;

  @OptionalTime('When it was used, cancelled or refused, by our clock, or ran out.')
  endedAt!: string | null;

  @TimeField('When something was last heard of it, by our clock.')
  updatedAt!: string;
}

export function toReservation(row: ReservationRow): ReservationType {
  return {
    id: row.reservation_id,
    chargerId: row.charger_id,
    evseId: row.evse_id,
    connectorId: row.connector_id,
    idToken: row.id_token,
    idTokenType: row.id_token_type,
    groupId: row.group_id,
    expiresAt: row.expires_at,
    state: row.state,
    refusal: row.refusal,
    commandId: row.command_id,
    cancelCommandId: row.cancel_command_id,
    sessionId: row.session_id,
    requestedAt: row.requested_at,
    endedAt: row.ended_at,
    updatedAt: row.updated_at,
  };
}

export const ReservationConnection = connectionOf(ReservationType, 'Reservation');
