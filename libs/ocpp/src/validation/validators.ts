import type { OcppVersion } from '../versions';
import type { PayloadValidator } from './payload-validator';

/** A request is what a CALL or SEND carries, a response what a CALLRESULT carries. */
export type PayloadKind = 'request' | 'response';

type Validators = Record<string, PayloadValidator | undefined>;

/** A charger speaks one version: the other two versions' megabyte of code is loaded only when first needed. */
const loaded: Partial<Record<OcppVersion, Validators>> = {};

/** @returns undefined when the version has no such message, or the message no such payload. */
export function validatorOf(version: OcppVersion, action: string, kind: PayloadKind): PayloadValidator | undefined {
  const validators = (loaded[version] ??= load(version));
  return validators[`${action}_${kind}`];
}

/* eslint-disable @typescript-eslint/no-require-imports -- an import statement would load all three at once */
function load(version: OcppVersion): Validators {
  switch (version) {
    case '1.6':
      return (require('../generated/1.6/validators') as { validators: Validators }).validators;
    case '2.0.1':
      return (require('../generated/2.0.1/validators') as { validators: Validators }).validators;
    case '2.1':
      return (require('../generated/2.1/validators') as { validators: Validators }).validators;
  }
}
