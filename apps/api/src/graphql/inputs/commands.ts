import { Field, InputType, Int } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { Availability, ResetType } from '../enums';
import {
  IdField,
  IntField,
  JsonField,
  OptionalId,
  OptionalInt,
  OptionalJson,
  OptionalText,
  TextField,
} from '../fields';
import { ChargerId, MAX_NUMBER, MaybeText, MaybeWhole, RequiredText, Whole } from './validators';

const WEEK_S = 7 * 24 * 60 * 60;

/** What every command may say. */
@InputType({ isAbstract: true })
export abstract class CommandOptions {
  @OptionalInt('Seconds until it is not sent any more: 60 unless told, a day with `holdUntilOnline`; at most a week.')
  @MaybeWhole(1, WEEK_S)
  timeoutSeconds?: number | null;

  @Field(() => Boolean, { defaultValue: false, description: 'Wait for a charger that is away, until the timeout.' })
  holdUntilOnline!: boolean;
}

@InputType({ isAbstract: true })
export abstract class ChargerCommandInput extends CommandOptions {
  @IdField('The charger.')
  @ChargerId()
  chargerId!: string;
}

@InputType({ description: 'Start a session from here.' })
export class StartChargingInput extends ChargerCommandInput {
  @OptionalInt('EVSE; on 1.6 the connectorId. Absent: the charger chooses (2.x), or the first that fits (1.6).')
  @MaybeWhole(1, MAX_NUMBER)
  evseId?: number | null;

  @OptionalInt('Connector within the EVSE; rarely needed.')
  @MaybeWhole(1, MAX_NUMBER)
  connectorId?: number | null;

  @TextField('Token the session is for.')
  @RequiredText(255)
  idToken!: string;

  @Field(() => String, { defaultValue: 'Central', description: '2.x IdTokenEnumType of the token.' })
  @RequiredText(20)
  idTokenType!: string;

  @OptionalInt('Charging profile for the session, a `TxProfile` which `putChargingProfile` has put.')
  @MaybeWhole(1, MAX_NUMBER)
  chargingProfileId?: number | null;

  @OptionalJson(
    "Charging profile for the session when there is no chargingProfileId, an OCPP object of the charger's version.",
  )
  @IsOptional()
  @IsObject({ message: 'chargingProfile must be an object' })
  chargingProfile?: unknown;
}

@InputType({ description: 'End a session: by its id, or by charger and transactionId.' })
export class StopChargingInput extends CommandOptions {
  @OptionalId('The session.')
  @MaybeText(64)
  sessionId?: string | null;

  @OptionalId('The charger, when there is no sessionId.')
  @MaybeText(255)
  chargerId?: string | null;

  @OptionalText('As on the wire, when there is no sessionId.')
  @MaybeText(36)
  transactionId?: string | null;
}

@InputType({ description: 'Release the plug.' })
export class UnlockConnectorInput extends ChargerCommandInput {
  @IntField('EVSE; on 1.6 the connectorId.')
  @Whole(0, MAX_NUMBER)
  evseId!: number;

  @Field(() => Int, { defaultValue: 1, description: 'Connector within the EVSE; on 1.6 always 1.' })
  @Whole(0, MAX_NUMBER)
  connectorId!: number;
}

@InputType({ description: 'Restart a charger, or one of its EVSEs.' })
export class ResetChargerInput extends ChargerCommandInput {
  @Field(() => ResetType, { description: 'When.' })
  type!: 'IMMEDIATE' | 'ON_IDLE';

  @OptionalInt('Only this EVSE (2.x).')
  @MaybeWhole(0, MAX_NUMBER)
  evseId?: number | null;
}

@InputType({ description: 'Put something into or out of use.' })
export class SetAvailabilityInput extends ChargerCommandInput {
  @Field(() => Availability, { description: 'Into or out of use.' })
  availability!: 'OPERATIVE' | 'INOPERATIVE';

  @OptionalInt('EVSE; on 1.6 the connectorId. Absent: the whole charger.')
  @MaybeWhole(0, MAX_NUMBER)
  evseId?: number | null;

  @OptionalInt('Connector within the EVSE (2.x). Absent: the whole EVSE.')
  @MaybeWhole(0, MAX_NUMBER)
  connectorId?: number | null;
}

@InputType({ description: 'Ask a charger for a message.' })
export class TriggerMessageInput extends ChargerCommandInput {
  @TextField('As its version spells it, e.g. `StatusNotification`, `MeterValues`, `TransactionEvent`.')
  @RequiredText(50)
  requestedMessage!: string;

  @OptionalInt('EVSE; on 1.6 the connectorId.')
  @MaybeWhole(0, MAX_NUMBER)
  evseId?: number | null;

  @OptionalInt('Connector within the EVSE (2.x).')
  @MaybeWhole(0, MAX_NUMBER)
  connectorId?: number | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'On 1.6: by ExtendedTriggerMessage, also where TriggerMessage would do.',
  })
  extended!: boolean;
}

@InputType({ description: 'Name of a setting: a key of 1.6, or a component and variable of 2.x.' })
export class VariableNameInput {
  @OptionalText('1.6 key; on 2.x `Component.Variable` is understood when component and variable are absent.')
  @MaybeText(200)
  key?: string;

  @OptionalText('2.x component.')
  @MaybeText(50)
  component?: string;

  @OptionalText('Which of several components of that name.')
  @MaybeText(50)
  componentInstance?: string;

  @OptionalInt('EVSE of the component.')
  @MaybeWhole(0, MAX_NUMBER)
  evseId?: number;

  @OptionalInt('Connector of the component.')
  @MaybeWhole(0, MAX_NUMBER)
  connectorId?: number;

  @OptionalText('2.x variable.')
  @MaybeText(50)
  variable?: string;

  @OptionalText('Which of several variables of that name.')
  @MaybeText(50)
  variableInstance?: string;

  @OptionalText('`Actual` unless told; `Target`, `MinSet`, `MaxSet`.')
  @MaybeText(10)
  attributeType?: string;
}

@InputType({ description: 'A setting and its new value.' })
export class ConfigurationEntryInput extends VariableNameInput {
  @TextField('New value, as text.')
  @IsString()
  @MaxLength(2_500)
  value!: string;
}

@InputType({ description: 'Ask a charger for its settings.' })
export class GetConfigurationInput extends ChargerCommandInput {
  @Field(() => [String], { defaultValue: [], description: '1.6 keys; none asks for all of them.' })
  @ArrayMaxSize(500)
  @IsString({ each: true })
  @MaxLength(200, { each: true })
  keys!: string[];

  @Field(() => [VariableNameInput], { defaultValue: [], description: '2.x variables; none asks for a full report.' })
  @ArrayMaxSize(500)
  @ValidateNested({ each: true })
  @Type(() => VariableNameInput)
  variables!: VariableNameInput[];
}

@InputType({ description: 'Change settings of a charger. A 1.6 charger takes one key at a time.' })
export class SetConfigurationInput extends ChargerCommandInput {
  @Field(() => [ConfigurationEntryInput], { description: 'What to set.' })
  @ArrayNotEmpty()
  @ArrayMaxSize(500)
  @ValidateNested({ each: true })
  @Type(() => ConfigurationEntryInput)
  entries!: ConfigurationEntryInput[];
}

@InputType({ description: 'Make a charger forget its authorization cache.' })
export class ClearCacheInput extends ChargerCommandInput {}

@InputType({ description: 'Send data in a form of the charger’s maker.' })
export class DataTransferInput extends ChargerCommandInput {
  @TextField('Whose form it is.')
  @RequiredText(255)
  vendorId!: string;

  @OptionalText('Which message of that form.')
  @MaybeText(50)
  messageId?: string | null;

  @OptionalJson('The data; 1.6 takes text only.')
  data?: unknown;
}

@InputType({ description: "Any message of the charger's version of OCPP." })
export class CallChargerInput extends ChargerCommandInput {
  @TextField('Action, e.g. `GetDiagnostics`.')
  @RequiredText(60)
  action!: string;

  @JsonField("Payload, as the schema of the charger's version wants it.")
  @IsObject({ message: 'payload must be an object' })
  payload!: Record<string, unknown>;
}
