import { ArgsType, Field, InputType } from '@nestjs/graphql';
import type { OperationRow } from '@chargestream/read-model';
import { OptionalFlag, OptionalId } from '../fields';
import { OperationKind, OperationState } from '../operation-enums';
import { filtered, FilterText, PageArgs } from './filters';

@InputType({ description: 'Which long operations; all that is given must hold.' })
export class OperationFilter {
  @OptionalId('Only of this charger.')
  @FilterText()
  chargerId?: string | null;

  @Field(() => OperationKind, { nullable: true, description: 'Only of this kind.' })
  kind?: OperationRow['kind'] | null;

  @Field(() => OperationState, { nullable: true, description: 'Only in this state.' })
  state?: OperationRow['state'] | null;

  @OptionalFlag('Only those that have stalled, or have not.')
  stalled?: boolean | null;
}

@ArgsType()
export class OperationsArgs extends filtered(OperationFilter, 'long operations') {}

@ArgsType()
export class OperationsOfChargerArgs extends PageArgs {}
