import { Field, ObjectType } from '@nestjs/graphql';
import { redact } from '@chargestream/redaction';
import type { CommandRow } from '@chargestream/read-model';
import { CommandKind, CommandState } from '../enums';
import { FlagField, IdField, OptionalJson, OptionalText, OptionalTime, TextField, TimeField } from '../fields';
import { connectionOf } from './page';

@ObjectType('CommandError', {
  description: 'Why a command did not come to an answer, or the error the charger answered.',
})
export class CommandErrorType {
  @TextField('An OCPP error code, or ours: `Offline`, `Expired`, `InvalidPayload`, `NotTranslatable`, `SocketClosed`.')
  code!: string;

  @TextField('A sentence.')
  message!: string;
}

@ObjectType('Command', { description: 'Something asked of a charger, and what became of it.' })
export class CommandType {
  @IdField('UUID.')
  id!: string;

  @IdField('The charger.')
  chargerId!: string;

  @Field(() => CommandKind, { description: 'What was asked.' })
  kind!: CommandRow['kind'];

  @OptionalJson('What was asked, before it was put into a version of OCPP. Passwords are hidden.')
  request!: unknown;

  @OptionalText('Action of the CALL that was sent, e.g. `RemoteStartTransaction`.')
  ocppAction!: string | null;

  @OptionalJson('Payload of the CALL that was sent. Passwords are hidden.')
  payload!: unknown;

  @Field(() => CommandState, { description: 'How far it has come.' })
  state!: CommandRow['state'];

  @OptionalJson("Payload of the charger's answer.")
  response!: unknown;

  @Field(() => CommandErrorType, { nullable: true, description: 'What went wrong; null when nothing did.' })
  error!: CommandErrorType | null;

  @TimeField('When it was asked, by our clock.')
  requestedAt!: string;

  @OptionalTime('When it was written to the socket, by our clock.')
  sentAt!: string | null;

  @OptionalTime('When it came to its final state, by our clock.')
  finishedAt!: string | null;

  @TimeField('After this moment it is not sent any more, by our clock.')
  expiresAt!: string;

  @TextField('Who asked: subject of the credentials.')
  requestedBy!: string;

  @FlagField('Whether it waits for a charger that is away.')
  holdUntilOnline!: boolean;
}

export function toCommand(row: CommandRow): CommandType {
  return {
    id: row.key,
    chargerId: row.charger_id,
    kind: row.kind,
    request: redact(JSON.parse(row.request)),
    ocppAction: row.ocpp_action,
    payload: row.payload === null ? null : redact(JSON.parse(row.payload)),
    state: row.state,
    response: row.response === null ? null : redact(JSON.parse(row.response)),
    error: row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? '' },
    requestedAt: row.requested_at,
    sentAt: row.sent_at,
    finishedAt: row.finished_at,
    expiresAt: row.expires_at,
    requestedBy: row.requested_by,
    holdUntilOnline: row.hold_until_online === 1,
  };
}

/** It went out, and its charger never said a word to it. */
export function isUnanswered({ state, sentAt }: Pick<CommandType, 'state' | 'sentAt'>): boolean {
  return sentAt !== null && (state === 'UNKNOWN' || state === 'TIMED_OUT');
}

/** @param bootedAt when its charger booted last, ISO 8601 UTC by our clock */
export function bootedSince(command: Pick<CommandType, 'state' | 'sentAt'>, bootedAt: string | null): string | null {
  if (!isUnanswered(command) || bootedAt === null || command.sentAt === null) return null;
  return bootedAt > command.sentAt ? bootedAt : null;
}

export const CommandConnection = connectionOf(CommandType, 'Command');
