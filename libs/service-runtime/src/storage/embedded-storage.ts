import type { ServiceName } from '@chargestream/service-kit';

/** @throws Error for every service but standalone: embedded storage is of one process, others would not see what it holds. */
export function refuseEmbedded(service: ServiceName, variable: string): void {
  if (service === 'standalone') return;
  throw new Error(
    `${service} cannot run on embedded storage, which belongs to one process: set ${variable}, or run everything in one process with npm start.`,
  );
}
