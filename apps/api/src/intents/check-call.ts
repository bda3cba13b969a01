import { messageInfo, validate, type OcppVersion } from '@chargestream/ocpp';
import { ApiError, badInput } from '../errors/api-error';

/** @throws ApiError BAD_INPUT naming the path and the rule that the payload breaks. */
export function checkCall(version: OcppVersion, action: string, payload: unknown): void {
  const info = messageInfo(version, action);
  if (info === undefined) {
    throw badInput(
      'action',
      'action',
      `OCPP ${version} has no message ${action}; names are spelled as in the standard.`,
    );
  }
  const deviations = validate(version, action, 'request', payload);
  const [first] = deviations;
  if (first === undefined) return;
  const field = `payload${first.path}`;
  throw new ApiError('BAD_INPUT', `${field} of ${action} breaks the rule \`${first.rule}\` of OCPP ${version}.`, {
    field,
    rule: first.rule,
    deviations: deviations.map(({ path, rule }) => ({ path, rule })),
  });
}
