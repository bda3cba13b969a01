import type { Command } from '../commands/command-target';

/** 1.6 §5.6: a vendor nobody knows is UnknownVendorId. */
export const dataTransfer: Command = ({ equipment }, request) =>
  equipment.vendors.get(String(request.vendorId))?.(request) ?? { status: 'UnknownVendorId' };
