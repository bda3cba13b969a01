/** 1.6 §7.27 IdTagInfo; 2.x's IdTokenInfo has the same status. */
export interface IdTagInfo {
  status: string;
  expiryDate?: string;
  parentIdTag?: string;
}

/** Whether it lets somebody charge at that moment. 1.6 §3.5.1: an entry past its expiryDate counts as expired. */
export function isValidAt(info: IdTagInfo | undefined, nowMs: number): boolean {
  if (info?.status !== 'Accepted') return false;
  return info.expiryDate === undefined || Date.parse(info.expiryDate) > nowMs;
}
