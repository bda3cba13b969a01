import { Field, Float, ID, Int } from '@nestjs/graphql';
import { DateTimeScalar, JsonScalar } from './scalars';

/** Fields with their descriptions in one line. `Optional…` are nullable. */
type Describe = (description: string) => PropertyDecorator & MethodDecorator;

const field =
  (type: () => unknown, nullable: boolean): Describe =>
  (description) =>
    Field(type as () => typeof String, { description, nullable });

export const IdField = field(() => ID, false);
export const TextField = field(() => String, false);
export const OptionalText = field(() => String, true);
export const OptionalId = field(() => ID, true);
export const IntField = field(() => Int, false);
export const OptionalInt = field(() => Int, true);
export const OptionalNumber = field(() => Float, true);
export const FlagField = field(() => Boolean, false);
export const OptionalFlag = field(() => Boolean, true);
export const TimeField = field(() => DateTimeScalar, false);
export const OptionalTime = field(() => DateTimeScalar, true);
export const OptionalJson = field(() => JsonScalar, true);
export const JsonField = field(() => JsonScalar, false);
