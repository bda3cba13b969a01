/** Keys of rows whose ids on the wire are numbers; `/` separates as in `chargerKey`. */
function numberedKey(tenantId: string, id: number): string {
  return `${encodeURIComponent(tenantId)}/${id}`;
}

export function reservationKey(tenantId: string, reservationId: number): string {
  return numberedKey(tenantId, reservationId);
}

export function chargingProfileKey(tenantId: string, chargingProfileId: number): string {
  return numberedKey(tenantId, chargingProfileId);
}
