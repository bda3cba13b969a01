import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsNumber, Matches, Max, Min } from 'class-validator';

/** Numbers come as text; anything that is not a whole number stays text, so that the validator names it. */
const WholeNumber = () =>
  Transform(({ value }) => (typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value));
const Flag = () => Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : value));

export const Port = (name: string, example: number) => (target: object, key: string) => {
  WholeNumber()(target, key);
  const message = `${name} must be a port from 0 to 65535 (0 takes any free one), e.g. ${name}=${example}`;
  IsInt({ message })(target, key);
  Min(0, { message })(target, key);
  Max(65535, { message })(target, key);
};

export const Whole = (name: string, min: number, max: number, unit: string) => (target: object, key: string) => {
  WholeNumber()(target, key);
  const message = `${name} must be a whole number of ${unit} from ${min} to ${max}`;
  IsInt({ message })(target, key);
  Min(min, { message })(target, key);
  Max(max, { message })(target, key);
};

/** A part of one: 0 is none, 1 is all. */
export const Share = (name: string) => (target: object, key: string) => {
  Transform(({ value }) => (typeof value === 'string' && /^[01](\.\d+)?$/.test(value) ? Number(value) : value))(
    target,
    key,
  );
  const message = `${name} must be a number from 0 to 1, e.g. ${name}=0.1`;
  IsNumber({}, { message })(target, key);
  Min(0, { message })(target, key);
  Max(1, { message })(target, key);
};

export const OneOf = (name: string, values: readonly string[]) =>
  IsIn(values, { message: `${name} must be one of ${values.join(', ')}, e.g. ${name}=${values[0]}` });

export const OnOff = (name: string) => (target: object, key: string) => {
  Flag()(target, key);
  IsBoolean({ message: `${name} must be true or false` })(target, key);
};

/** Empty, or an address that begins with one of `schemes`. */
export const Address = (name: string, schemes: readonly string[], example: string) =>
  Matches(new RegExp(`^$|^(${schemes.join('|').replaceAll('+', '\\+')})://[^\\s/?#]+\\S*$`, 'i'), {
    message: `${name} must be an address that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}, e.g. ${name}=${example}`,
  });
