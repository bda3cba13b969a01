import { Field, InputType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsOptional, IsString, IsUrl, Matches, MaxLength, ValidateNested } from 'class-validator';
import type { MaintenanceCommand } from '@chargestream/contracts';
import { OptionalInt, OptionalText, OptionalTime, TextField } from '../fields';
import { HashAlgorithm, LogType } from '../maintenance-enums';
import { ChargerCommandInput } from './commands';
import { MAX_NUMBER, MaybeWhole, RequiredText } from './validators';

/** Chargers know these; `localhost` and bare names of a depot's network are fine. */
const LOCATION = {
  protocols: ['http', 'https', 'ftp', 'ftps', 'sftp'],
  require_protocol: true,
  require_tld: false,
  allow_underscores: true,
};
const LOCATION_RULE = { message: 'location must be an address with http, https, ftp, ftps or sftp' };
const CERTIFICATE_BLOCK = /^\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/;
const CERTIFICATE_RULE = { message: '$property must be a certificate in PEM: -----BEGIN CERTIFICATE-----…' };
const MAX_PEM = 10_000;

@InputType({ isAbstract: true })
abstract class TransferInput extends ChargerCommandInput {
  @OptionalInt('How often the charger tries again; absent: as it likes.')
  @MaybeWhole(0, MAX_NUMBER)
  retries?: number | null;

  @OptionalInt('Seconds between two tries; absent: as it likes.')
  @MaybeWhole(0, MAX_NUMBER)
  retryIntervalS?: number | null;
}

@InputType({
  description: 'Ask a charger to fetch and install firmware. Signed firmware needs both PEM and signature.',
})
export class UpdateFirmwareInput extends TransferInput {
  @TextField('Where it is: an address with http, https, ftp, ftps or sftp.')
  @IsUrl(LOCATION, LOCATION_RULE)
  @MaxLength(2_000)
  location!: string;

  @OptionalTime('Not fetched before; absent: at once.')
  retrieveAt?: string | null;

  @OptionalTime('Not installed before; absent: at once. On 1.6 of signed firmware only.')
  installAt?: string | null;

  @OptionalText('PEM of the certificate that it was signed with. On 1.6 this makes it a SignedUpdateFirmware.')
  @IsOptional()
  @Matches(CERTIFICATE_BLOCK, CERTIFICATE_RULE)
  @MaxLength(MAX_PEM)
  signingCertificate?: string | null;

  @OptionalText('Signature of the firmware, Base64.')
  @IsOptional()
  @Matches(/^[A-Za-z0-9+/]+={0,2}$/, { message: 'signature must be Base64' })
  @MaxLength(800)
  signature?: string | null;
}

@InputType({ description: 'Ask a charger to upload a log.' })
export class GetLogsInput extends TransferInput {
  @Field(() => LogType, { defaultValue: 'DIAGNOSTICS', description: 'Which one.' })
  logType!: Extract<MaintenanceCommand, { kind: 'GET_LOGS' }>['logType'];

  @OptionalText('Where to: an address with http, https, ftp, ftps or sftp; absent: here, for its `uploads`.')
  @IsOptional()
  @IsUrl(LOCATION, LOCATION_RULE)
  @MaxLength(2_000)
  location?: string | null;

  @OptionalTime('Not what is older; absent: from the oldest.')
  oldestAt?: string | null;

  @OptionalTime('Not what is newer; absent: to the newest.')
  newestAt?: string | null;

  @Field(() => Boolean, { defaultValue: false, description: 'On 1.6: by GetLog, also where GetDiagnostics would do.' })
  useGetLog!: boolean;
}

@InputType({ description: 'Ask a charger to trust a certificate.' })
export class InstallCertificateInput extends ChargerCommandInput {
  @TextField("As the charger's version spells it: 1.6 `CentralSystemRootCertificate`, `ManufacturerRootCertificate`.")
  @RequiredText(50)
  certificateType!: string;

  @TextField('PEM.')
  @IsString()
  @Matches(CERTIFICATE_BLOCK, CERTIFICATE_RULE)
  @MaxLength(MAX_PEM)
  certificate!: string;
}

@InputType({ description: 'What tells a certificate from others: CertificateHashDataType.' })
export class CertificateHashInput {
  @Field(() => HashAlgorithm, { description: 'How the hashes were made.' })
  hashAlgorithm!: string;

  @TextField("Hash of the issuer's name, hexadecimal.")
  @RequiredText(128)
  issuerNameHash!: string;

  @TextField("Hash of the issuer's public key, hexadecimal.")
  @RequiredText(128)
  issuerKeyHash!: string;

  @TextField('Serial number, hexadecimal.')
  @RequiredText(40)
  serialNumber!: string;
}

@InputType({ description: 'Ask a charger to delete a certificate.' })
export class DeleteCertificateInput extends ChargerCommandInput {
  @Field(() => CertificateHashInput, { description: 'Which: as `certificates` of the charger shows it.' })
  @ValidateNested()
  @Type(() => CertificateHashInput)
  certificate!: CertificateHashInput;
}

@InputType({ description: 'Ask a charger which certificates it trusts.' })
export class GetInstalledCertificatesInput extends ChargerCommandInput {
  @Field(() => [String], {
    defaultValue: [],
    description: "As the charger's version spells them; 1.6 takes exactly one, on 2.x none asks for all.",
  })
  @ArrayMaxSize(10)
  @IsString({ each: true })
  @MaxLength(50, { each: true })
  certificateTypes!: string[];
}
