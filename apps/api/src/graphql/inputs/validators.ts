import { IsDefined, IsInt, IsNotEmpty, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';

const compose =
  (...decorators: PropertyDecorator[]): PropertyDecorator =>
  (target, key) => {
    for (const decorate of decorators) decorate(target, key);
  };

const NO_CONTROL_CHARACTERS = /^[^\p{Cc}]*$/u;

/** 1.6 §3.2 chargeBoxIdentity and 2.x Part 4: at most 48 characters; no control characters anywhere. */
export const ChargerId = () =>
  compose(
    IsString() as PropertyDecorator,
    IsNotEmpty({ message: '$property must be the id of a charger' }) as PropertyDecorator,
    MaxLength(255, { message: '$property must have at most 255 characters' }) as PropertyDecorator,
    Matches(NO_CONTROL_CHARACTERS, { message: '$property must not have control characters' }) as PropertyDecorator,
  );

export const RequiredText = (maxLength: number) =>
  compose(
    IsString() as PropertyDecorator,
    IsNotEmpty({ message: '$property must not be empty' }) as PropertyDecorator,
    MaxLength(maxLength, { message: `$property must have at most ${maxLength} characters` }) as PropertyDecorator,
    Matches(NO_CONTROL_CHARACTERS, { message: '$property must not have control characters' }) as PropertyDecorator,
  );

export const MaybeText = (maxLength: number) =>
  compose(
    IsOptional() as PropertyDecorator,
    IsString() as PropertyDecorator,
    MaxLength(maxLength, { message: `$property must have at most ${maxLength} characters` }) as PropertyDecorator,
  );

/** A whole number; absent is fine. */
export const MaybeWhole = (min: number, max: number) => compose(IsOptional() as PropertyDecorator, Whole(min, max));

export const Whole = (min: number, max: number) => {
  const message = `$property must be a whole number from ${min} to ${max}`;
  return compose(
    IsDefined({ message }) as PropertyDecorator,
    IsInt({ message }) as PropertyDecorator,
    Min(min, { message }) as PropertyDecorator,
    Max(max, { message }) as PropertyDecorator,
  );
};

/** EVSE and connector numbers. */
export const MAX_NUMBER = 2_147_483_647;

/**
 * 2.0.1 A00.FR.205: 16 to 40 characters; 2.1 allows 64. 1.6 security whitepaper: AuthorizationKey is 16 to 20 bytes,
 * sent as 32 to 40 hex digits. All of them are 16 to 64 characters.
 */
export const Password = () =>
  compose(
    Matches(/^[\x20-\x7e]{16,64}$/, {
      message: '$property must have 16 to 64 printable ASCII characters (1.6: 32 to 40 hex digits are common)',
    }) as PropertyDecorator,
  );
