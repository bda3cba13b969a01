import type { VendorAnswer, VendorStatus } from '@chargestream/contracts';

const STATUSES: Record<VendorStatus, true> = {
  Accepted: true,
  Rejected: true,
  UnknownMessageId: true,
  UnknownVendorId: true,
};

/** What a handler returned, as what it must be. @throws Error with a sentence that says what is wrong with it. */
export function vendorAnswerOf(returned: unknown): VendorAnswer {
  if (typeof returned !== 'object' || returned === null) {
    throw new Error(`a handler must return { status, data }, but it returned ${kindOf(returned)}`);
  }
  const { status, data } = returned as { status?: unknown; data?: unknown };
  if (typeof status !== 'string' || !Object.hasOwn(STATUSES, status)) {
    const known = Object.keys(STATUSES).join(', ');
    throw new Error(
      `status must be one of ${known}, but it is ${typeof status === 'string' ? `"${status}"` : kindOf(status)}`,
    );
  }
  const answer = { status: status as VendorStatus };
  // 1.6 §4.3: with this status the data element shall not be present.
  if (data === undefined || data === null || status === 'UnknownVendorId') return answer;
  return { ...answer, data: typeof data === 'string' ? data : jsonOf(data) };
}

/** A copy as plain JSON: what the handler does to it later is not seen, and what it holds besides JSON cannot break an answer. */
function jsonOf(data: unknown): unknown {
  const text = JSON.stringify(data) as string | undefined;
  if (text === undefined) throw new Error(`data must be a JSON value, but it is ${kindOf(data)}`);
  return JSON.parse(text);
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return `a ${typeof value}`;
}
