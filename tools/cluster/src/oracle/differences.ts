import type { ExpectedSession } from '@chargestream/charger-sim';
import type { SeenSession } from './sessions';

/** What is not as the journal of the chargers says, each in words. */
export interface Differences {
  /** Acknowledged, and not there. */
  lost: string[];
  /** There twice. */
  doubled: string[];
  /** There, and different. */
  wrong: string[];
}

/** Compares what the read model shows with what chargers were told to be safe. Only sessions whose start was acknowledged. */
export function differences(expected: readonly ExpectedSession[], seen: readonly SeenSession[]): Differences {
  const found: Differences = { lost: [], doubled: [], wrong: [] };
  const byTransaction = new Map<string, SeenSession[]>();
  for (const session of seen) {
    const key = keyOf(session);
    byTransaction.set(key, [...(byTransaction.get(key) ?? []), session]);
  }
  for (const session of expected) {
    const key = keyOf(session);
    const matches = byTransaction.get(key) ?? [];
    byTransaction.delete(key);
    const [match] = matches;
    if (match === undefined) found.lost.push(`session ${key}`);
    else if (matches.length > 1) found.doubled.push(`session ${key}: ${matches.length} times`);
    else compare(key, session, match, found);
  }
  for (const key of byTransaction.keys()) found.doubled.push(`session ${key}: no charger reported it`);
  return found;
}

function keyOf({ chargerId, transactionId }: { chargerId: string; transactionId: number | string | null }): string {
  return `${chargerId} ${transactionId}`;
}

function compare(key: string, expected: ExpectedSession, seen: SeenSession, found: Differences): void {
  const registers = seen.samples.filter(({ measurand }) => measurand === 'Energy.Active.Import.Register');
  const periodic = registers.filter(({ context }) => context === null || context === 'Sample.Periodic');
  const times = new Set(periodic.map(({ timestamp }) => timestamp));
  const missing = expected.sampleTimestamps.filter((timestamp) => !times.has(timestamp));
  if (missing.length > 0) {
    found.lost.push(`${missing.length} of ${expected.sampleTimestamps.length} samples of ${key}`);
  }
  const identities = new Set(seen.samples.map((sample) => Object.values(sample).join(' ')));
  const surplus = Math.max(seen.samples.length - identities.size, periodic.length - expected.sampleTimestamps.length);
  if (surplus > 0) found.doubled.push(`${surplus} samples of ${key}`);
  if (expected.stop !== 'acknowledged') return;
  if (seen.state !== 'ENDED') found.lost.push(`the end of session ${key} (it is ${seen.state})`);
  if (seen.incomplete) found.wrong.push(`${key}: incomplete`);
  const energyWh = (expected.meterStopWh ?? Number.NaN) - expected.meterStartWh;
  if (!(Math.abs((seen.energyWh ?? Number.NaN) - energyWh) <= 1)) {
    found.wrong.push(`${key}: ${seen.energyWh} Wh instead of ${energyWh}`);
  }
  if (seen.anomalies.length > 0) found.wrong.push(`${key}: ${JSON.stringify(seen.anomalies)}`);
}
