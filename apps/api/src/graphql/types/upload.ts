import { ObjectType } from '@nestjs/graphql';
import type { UploadRow } from '@chargestream/read-model';
import { IdField, IntField, TextField, TimeField } from '../fields';
import { connectionOf } from './page';

@ObjectType('Upload', { description: 'A file that a charger uploaded here.' })
export class UploadType {
  @IdField('UUID.')
  fileId!: string;

  @IdField('The charger.')
  chargerId!: string;

  @TextField('As the charger named it, made harmless.')
  name!: string;

  @IntField('Its length, bytes.')
  bytes!: number;

  @TextField('Its SHA-256, hexadecimal.')
  sha256!: string;

  @IdField('The command that asked for it; the operation of the same id tells how it went.')
  commandId!: string;

  @TimeField('When it had come, by our clock.')
  at!: string;

  @TextField('Where it is, relative to the address of this API: GET, with the credentials of this API.')
  url!: string;
}

export const UploadConnection = connectionOf(UploadType, 'Upload');

export function toUpload(row: UploadRow): UploadType {
  return {
    fileId: row.key,
    chargerId: row.charger_id,
    name: row.name,
    bytes: row.bytes,
    sha256: row.sha256,
    commandId: row.command_id,
    at: row.uploaded_at,
    url: `/uploads/files/${row.key}`,
  };
}
