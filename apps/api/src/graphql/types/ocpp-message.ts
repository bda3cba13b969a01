import { Field, ObjectType } from '@nestjs/graphql';
import type { OcppMessageRow } from '@chargestream/read-model';
import { Direction } from '../enums';
import { FlagField, IdField, OptionalId, OptionalText, TextField, TimeField } from '../fields';
import { connectionOf } from './page';

@ObjectType('Deviation', { description: 'Where a frame departs from its schema, and what was done about it.' })
export class DeviationType {
  @TextField('JSON pointer into the payload.')
  path!: string;

  @TextField('The rule of the schema.')
  rule!: string;

  @TextField('What was done, e.g. `coerced`, `dropped`.')
  action!: string;
}

@ObjectType('OcppMessage', { description: 'One frame as it went over the wire, passwords hidden. The log is bounded.' })
export class OcppMessageType {
  @IdField('Ours.')
  id!: string;

  @IdField('The charger.')
  chargerId!: string;

  @TextField('Connection it went over.')
  connectionId!: string;

  @TextField('Version of OCPP.')
  ocppVersion!: string;

  @Field(() => Direction, { description: 'Which way it went.' })
  direction!: OcppMessageRow['direction'];

  @TextField('`CALL`, `CALLRESULT`, `CALLERROR`, `CALLRESULTERROR`, `SEND` or `UNREADABLE`.')
  messageType!: string;

  @OptionalText('Action of the CALL; known for answers too.')
  action!: string | null;

  @OptionalText('messageId of the CALL.')
  messageId!: string | null;

  @TextField('The frame itself.')
  raw!: string;

  @TimeField('When it went, by our clock.')
  at!: string;

  @FlagField('Whether it obeys its schema.')
  valid!: boolean;

  @Field(() => [DeviationType], { description: 'Where it does not.' })
  deviations!: DeviationType[];

  @OptionalText('Command it belongs to.')
  commandId!: string | null;

  @OptionalId('Session it belongs to, answers too; null also where it began on an earlier connection.')
  sessionId!: string | null;
}

export function toOcppMessage(row: OcppMessageRow): OcppMessageType {
  return {
    id: row.key,
    chargerId: row.charger_id,
    connectionId: row.connection_id,
    ocppVersion: row.ocpp_version,
    direction: row.direction,
    messageType: row.message_type,
    action: row.action,
    messageId: row.message_id,
    raw: row.raw,
    at: row.at,
    valid: row.valid === 1,
    deviations: JSON.parse(row.deviations) as DeviationType[],
    commandId: row.command_id,
    sessionId: row.session_id,
  };
}

export const OcppMessageConnection = connectionOf(OcppMessageType, 'OcppMessage');
