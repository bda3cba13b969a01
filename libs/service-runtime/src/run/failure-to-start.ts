/** Errors whose message says all that is to be said. */
const SENTENCES = new Set([
  'SettingsError',
  'EmbeddedStorageError',
  'BusUnavailableError',
  'StoreUnavailableError',
  'ReadModelUnavailableError',
  'NewerSchemaError',
  'VendorModuleError',
]);

/** What usually keeps a service from starting, in a sentence; anything else with its stack. */
export function failureToStart(error: unknown): string {
  const { code, port, stack, message, name, cause } = error as NodeJS.ErrnoException & { port?: number };
  if (SENTENCES.has(name)) return message;
  if (name === 'FileInUseError') return `${message} (DATA_DIR names the folder.)`;
  if (code === 'EADDRINUSE') {
    return `Port ${port} is taken: is ChargeStream running already? Set OCPP_PORT, API_PORT or HEALTH_PORT to another one.`;
  }
  if (code === 'EACCES') return `${message}: set DATA_DIR to a folder you may write to, and ports above 1023.`;
  if ((cause as NodeJS.ErrnoException | undefined)?.code !== undefined) return message;
  return stack ?? String(error);
}
