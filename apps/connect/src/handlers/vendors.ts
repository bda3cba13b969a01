import type { ConnectionIdentity } from './handler';

export interface VendorMessage {
  messageId: string | null;
  data: unknown;
}

export interface VendorAnswer {
  status: 'Accepted' | 'Rejected' | 'UnknownMessageId' | 'UnknownVendorId';
  /** 1.6 takes text only. */
  data?: unknown;
}

/** Answers DataTransfer of one vendor. It must not wait for anything: the charger is waiting for it. */
export type VendorHandler = (connection: ConnectionIdentity, message: VendorMessage) => VendorAnswer;

/** By vendorId, exactly as the charger writes it. */
export type VendorHandlers = ReadonlyMap<string, VendorHandler>;

/** 1.6 §4.3, 2.0.1 P02.FR.06: a vendor nobody here knows is answered UnknownVendorId. */
export function answerVendor(
  vendors: VendorHandlers,
  connection: ConnectionIdentity,
  vendorId: string,
  message: VendorMessage,
): VendorAnswer {
  return vendors.get(vendorId)?.(connection, message) ?? { status: 'UnknownVendorId' };
}
