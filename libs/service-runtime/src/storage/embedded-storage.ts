import type { ServiceName } from '@chargestream/service-kit';

/** Embedded storage is of one process: others would not see what it holds. */
export class EmbeddedStorageError extends Error {
  constructor(service: ServiceName, variable: string) {
    super(
      `${service} cannot run on embedded storage, which belongs to one process: set ${variable}, or run everything in one process with npm start.`,
    );
    this.name = 'EmbeddedStorageError';
  }
}

/** @throws EmbeddedStorageError for every service but standalone. */
export function refuseEmbedded(service: ServiceName, variable: string): void {
  if (service !== 'standalone') throw new EmbeddedStorageError(service, variable);
}
