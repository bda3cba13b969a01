import { applyDecorators, Catch, UseFilters, UsePipes, ValidationPipe, type ExceptionFilter } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { badInput } from '../errors/api-error';

/** class-validator on every argument of a resolver; the first problem becomes BAD_INPUT with field and rule. */
export const ValidatesInput = () => applyDecorators(UseFilters(new Rethrow()), inputPipe());

/** Nest would log every refusal as an error of ours; `publicErrors` decides what is one. */
@Catch()
class Rethrow implements ExceptionFilter {
  catch(error: unknown): never {
    throw error;
  }
}

const inputPipe = () =>
  UsePipes(
    new ValidationPipe({
      transform: true,
      forbidUnknownValues: false,
      validationError: { target: false, value: false },
      exceptionFactory: (problems) => {
        const [path, rule, message] = firstProblem(problems, '');
        return badInput(path, rule, `${message}.`);
      },
    }),
  );

function firstProblem(problems: ValidationError[], prefix: string): [path: string, rule: string, message: string] {
  const [problem] = problems;
  if (problem === undefined) return [prefix, 'unknown', 'The input is not valid'];
  const path = prefix === '' ? problem.property : `${prefix}.${problem.property}`;
  const [rule, message] = Object.entries(problem.constraints ?? {})[0] ?? [];
  if (rule !== undefined && message !== undefined) return [path, rule, message];
  return firstProblem(problem.children ?? [], path);
}
