import type { ChargingProfile, ChargingSchedule } from '@chargestream/contracts';
import type { ReadModel } from '@chargestream/read-model';
import { ApiError } from '../errors/api-error';

/** The profile as it was put. @throws ApiError NOT_FOUND */
export async function storedChargingProfile(
  queries: ReadModel['queries'],
  tenantId: string,
  chargingProfileId: number,
): Promise<ChargingProfile> {
  const row = await queries.chargingProfiles.byId(tenantId, chargingProfileId);
  if (row === undefined) {
    const hint = 'put it first with putChargingProfile';
    throw new ApiError('NOT_FOUND', `There is no charging profile ${chargingProfileId}; ${hint}.`);
  }
  return {
    chargingProfileId,
    description: row.description,
    stackLevel: row.stack_level,
    purpose: row.purpose,
    kind: row.kind,
    recurrency: row.recurrency,
    validFrom: row.valid_from,
    validTo: row.valid_to,
    schedule: JSON.parse(row.schedule) as ChargingSchedule,
  };
}
