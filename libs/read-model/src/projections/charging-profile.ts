import { chargingProfileKey } from '../row-keys';
import type { Projection } from './projection';

export const chargingProfiles: Projection<'charging_profiles'> = {
  table: 'charging_profiles',
  canHandle: ['ChargingProfilePut', 'ChargingProfileRemoved'],
  keys: (event) =>
    event.type === 'ChargingProfilePut' || event.type === 'ChargingProfileRemoved'
      ? [chargingProfileKey(event.metadata.tenantId, event.data.chargingProfileId)]
      : [],
  evolve(row, event, key) {
    if (event.type === 'ChargingProfileRemoved') return null;
    if (event.type !== 'ChargingProfilePut') return row;
    const { data, metadata } = event;
    return {
      key,
      tenant_id: metadata.tenantId,
      charging_profile_id: data.chargingProfileId,
      description: data.description,
      stack_level: data.stackLevel,
      purpose: data.purpose,
      kind: data.kind,
      recurrency: data.recurrency,
      valid_from: data.validFrom,
      valid_to: data.validTo,
      schedule: JSON.stringify(data.schedule),
      updated_at: metadata.receivedAt,
    };
  },
  changed: () => null,
};
