import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Vendor, Vendors } from '@chargestream/contracts';

/** A module that OCPP_VENDOR_HANDLERS names cannot be used; the message says which, why, and what to do. */
export class VendorModuleError extends Error {
  constructor(module: string, problem: string, options?: ErrorOptions) {
    super(`OCPP_VENDOR_HANDLERS names ${module}, which cannot be used: ${problem}`, options);
    this.name = 'VendorModuleError';
  }
}

/**
 * Loads handlers of vendors from modules.
 * @param names files (they begin with `.` or `/`, and count from `folder`) or packages, separated by commas
 * @param given handlers that the composition brings along itself
 * @returns by vendorId
 * @throws VendorModuleError for the first module that is missing, fails, or exports something else than handlers
 */
export async function loadVendors(names: string, given: Vendors, folder: string): Promise<Map<string, Vendor>> {
  const found = new Map<string, { vendor: Vendor; from: string }>();
  const vendorIds = new Map<string, string>();
  const add = (vendors: Vendors, from: string) => {
    for (const [vendorId, vendor] of Object.entries(vendors)) {
      const other = vendorIds.get(vendorId.toLowerCase());
      if (other !== undefined) {
        throw new VendorModuleError(from, `it has handlers for ${vendorId}, and so has ${found.get(other)!.from}.`);
      }
      vendorIds.set(vendorId.toLowerCase(), vendorId);
      found.set(vendorId, { vendor, from });
    }
  };
  add(given, 'the program itself');
  for (const name of names
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')) {
    add(vendorsOf(await load(name, folder), name), name);
  }
  return new Map([...found].map(([vendorId, { vendor }]) => [vendorId, vendor]));
}

async function load(name: string, folder: string): Promise<Record<string, unknown>> {
  const from = createRequire(path.join(folder, 'package.json'));
  let file: string;
  try {
    file = from.resolve(isFile(name) ? path.resolve(folder, name) : name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') file = name;
    else {
      const what = isFile(name)
        ? `there is no ${path.resolve(folder, name)}.`
        : `no such package is installed for ${folder}.`;
      throw new VendorModuleError(name, what, { cause: error });
    }
  }
  try {
    // A path as in a URL, which has no place for a drive or a `#`.
    return (await import(path.isAbsolute(file) ? pathToFileURL(file).pathname : file)) as Record<string, unknown>;
  } catch (error) {
    throw new VendorModuleError(name, `it fails when it is loaded: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

function isFile(name: string): boolean {
  return name.startsWith('.') || path.isAbsolute(name);
}

/** CommonJS modules that Node could not look into have their exports in `default`. */
function vendorsOf(module: Record<string, unknown>, name: string): Vendors {
  const vendors = module['vendors'] ?? (module['default'] as { vendors?: unknown } | undefined)?.vendors;
  const wrong = (problem: string) => new VendorModuleError(name, problem);
  if (!isRecord(vendors)) throw wrong('it must export `vendors`, an object with handlers by vendorId.');
  if (Object.keys(vendors).length === 0) throw wrong('the `vendors` that it exports are empty.');
  for (const [vendorId, vendor] of Object.entries(vendors)) {
    // 1.6 §6.15, 2.0.1 DataTransferRequest: what is longer cannot come.
    if (vendorId === '' || vendorId.length > 255) throw wrong(`"${vendorId}" is no vendorId: 1 to 255 characters are.`);
    if (typeof vendor === 'function') continue;
    if (!isRecord(vendor))
      throw wrong(`vendors["${vendorId}"] must be a function, or an object with functions by messageId.`);
    const problem = problemOfMessages(vendor);
    if (problem !== null) throw wrong(`vendors["${vendorId}"]${problem}`);
  }
  return vendors as Vendors;
}

function problemOfMessages(vendor: Record<string, unknown>): string | null {
  const seen = new Set<string>();
  for (const [messageId, handler] of Object.entries(vendor)) {
    if (typeof handler !== 'function') return `["${messageId}"] must be a function.`;
    if (messageId.length > 50) return `["${messageId}"] can never be asked: a messageId has at most 50 characters.`;
    if (seen.has(messageId.toLowerCase())) return `["${messageId}"] is there twice: case does not count.`;
    seen.add(messageId.toLowerCase());
  }
  return seen.size === 0 ? ' has no handlers.' : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
