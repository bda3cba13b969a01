/// <reference types="jest" />
import { kafkaUnavailable } from './java';

/**
 * `describe` where Kafka can be had; elsewhere the tests are skipped and their name says why and how to run them.
 * `own` as in `startKafka`.
 */
export function describeWithKafka(name: string, tests: () => void, { own = false }: { own?: boolean } = {}): void {
  const reason = kafkaUnavailable({ own });
  if (reason) describe.skip(`${name} (skipped: ${reason})`, tests);
  else describe(name, tests);
}
