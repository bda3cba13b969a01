import type { ProtocolVersion } from './envelope';

/** A DataTransfer of a charger, as the handler of its vendor gets it. */
export interface VendorCall {
  tenantId: string;
  chargerId: string;
  ocppVersion: ProtocolVersion;
  /** As the charger wrote it. */
  vendorId: string;
  /** As the charger wrote it; null when it sent none. */
  messageId: string | null;
  /** Whatever the vendor means by it: text in 1.6, any JSON value in 2.x; null when there was none. */
  data: unknown;
  /** When it came, ISO 8601 UTC, by our clock. */
  receivedAt: string;
  /** Aborts when the time for the answer is up (OCPP_VENDOR_TIMEOUT_MS): the charger has been answered Rejected then. */
  signal: AbortSignal;
  /** Writes to the service's log; each line names the charger, the vendorId and the messageId. */
  logger: VendorLogger;
}

export interface VendorLogger {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export type VendorStatus = 'Accepted' | 'Rejected' | 'UnknownMessageId' | 'UnknownVendorId';

export interface VendorAnswer {
  status: VendorStatus;
  /** Any JSON value; a 1.6 charger, which takes text only, gets anything but text as JSON. */
  data?: unknown;
}

/** Answers DataTransfer messages of a vendor. The charger waits meanwhile, and sends nothing else. */
export type VendorHandler = (call: VendorCall) => VendorAnswer | Promise<VendorAnswer>;

/** One handler for all of a vendor's messages, or one for each messageId; `''` is for messages without. */
export type Vendor = VendorHandler | Readonly<Record<string, VendorHandler>>;

/** By vendorId. What a module that OCPP_VENDOR_HANDLERS names exports as `vendors`. Ids are case-insensitive (1.6 §6.15). */
export type Vendors = Readonly<Record<string, Vendor>>;
