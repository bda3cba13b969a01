import { setMaxListeners } from 'node:events';
import { pause, systemClock, type Clock } from './clock';
import { summarize, type DepotProgress, type DepotSummary } from './depot-summary';
import type { FaultOrder } from './faults';
import { Gate } from './gate';
import type { MessageJournal, OcppVersionName } from './journal';
import { seededRandom } from './random';
import { SCENARIOS, type Scenario } from './scenarios';
import { SimulatedCharger } from './simulated-charger';
import { TokenPurse } from './tokens';
import { Traffic } from './traffic';

export interface DepotOptions {
  /** Base address, e.g. ws://127.0.0.1:9220/ocpp */
  url: string;
  chargers: number;
  /** Default mixed: a third of each. */
  version?: OcppVersionName | 'mixed';
  /** Name of a registered scenario, or one of your own. Default depot. */
  scenario?: string | Scenario;
  /** Real seconds from the last charger's turn to connect until sessions are ended; without it until the signal aborts. */
  durationS?: number;
  /** Simulated seconds in a real one. Default 60. */
  speed?: number;
  seed?: number | string;
  idTokens?: readonly string[];
  password?: string | Buffer;
  username?: string;
  tenant?: string;
  /** Identities are prefix and number: SIM-0001. */
  idPrefix?: string;
  connectors?: number;
  journal?: MessageJournal;
  clock?: Clock;
  /** Handshakes at a time. Default 50. */
  connectConcurrency?: number;
  /** New chargers a second. Default 200, and more where that would take longer than 20 s. */
  connectsPerS?: number;
  callTimeoutMs?: number;
  /** How long the end waits for messages not yet acknowledged. Default 30 s. */
  graceMs?: number;
  /** What every charger does wrong. */
  faults?: readonly FaultOrder[];
  /** How far every charger's clock is off, ms. */
  clockOffsetMs?: number;
  /** Ends the run politely: sessions are ended and delivered. */
  signal?: AbortSignal;
  onProgress?: (progress: DepotProgress) => void;
  /** Default 1 s. */
  progressIntervalMs?: number;
}

const VERSIONS = ['1.6', '2.0.1', '2.1'] as const;
/** How long a refused token rests, in simulated seconds. */
const TOKEN_REST_S = 600;
const NO_JOURNAL: MessageJournal = { record: () => {} };

/** The tokens a depot uses unless told otherwise: DEMO-TAG-1 to DEMO-TAG-5. */
export const DEFAULT_ID_TOKENS: readonly string[] = [1, 2, 3, 4, 5].map((number) => `DEMO-TAG-${number}`);

/**
 * Runs a depot of simulated chargers on real WebSockets until its time is over or the signal aborts, then ends all
 * sessions, waits for what the server has not acknowledged, and tells how it went.
 * @throws RangeError for an unknown scenario or a number of chargers below 1.
 */
export async function runDepot(options: DepotOptions): Promise<DepotSummary> {
  const scenario = resolveScenario(options.scenario ?? 'depot');
  if (!Number.isInteger(options.chargers) || options.chargers < 1) {
    throw new RangeError(`A depot needs at least one charger: give chargers a whole number, not ${options.chargers}`);
  }
  const { clock = systemClock, durationS, graceMs = 30_000 } = options;
  const traffic = new Traffic();
  const ending = endingSignal(options.signal);
  const startedMs = clock.monotonicMs();
  const chargers = buildChargers(options, traffic, clock);
  const progress = (phase: DepotProgress['phase']): DepotProgress => ({
    phase,
    elapsedS: (clock.monotonicMs() - startedMs) / 1000,
    chargers: chargers.length,
    online: count(chargers, (charger) => charger.isOnline),
    sessions: chargers.reduce((sum, charger) => sum + charger.runningSessions, 0),
    owed: chargers.reduce((sum, charger) => sum + charger.owed.length, 0),
    acknowledged: traffic.acknowledged,
    energyWh: traffic.energyWh,
    unacknowledged: sumOf(traffic.unacknowledged),
  });
  let phase: DepotProgress['phase'] = 'running';
  const stopProgress = every(clock, options.progressIntervalMs ?? 1_000, () => options.onProgress?.(progress(phase)));

  const rampMs = (options.chargers * 1000) / connectsPerS(options);
  const cancelEnd = durationS === undefined ? () => {} : clock.after(rampMs + durationS * 1000, () => ending.abort());
  const met = new Set<string>();
  const lives = chargers.map((charger, index) =>
    live(charger, index, { ...options, scenario, clock, met }, ending.signal),
  );
  await aborted(ending.signal);
  cancelEnd();
  phase = 'ending';
  await Promise.all(chargers.map((charger) => charger.stop({ graceMs })));
  await Promise.all(lives);
  stopProgress();
  options.onProgress?.(progress('ended'));
  return summarize({
    traffic,
    chargers: chargers.map(({ chargerId, owed }) => ({ chargerId, owed, wasOnline: met.has(chargerId) })),
    elapsedS: (clock.monotonicMs() - startedMs) / 1000,
  });
}

function resolveScenario(scenario: string | Scenario): Scenario {
  if (typeof scenario !== 'string') return scenario;
  const found = SCENARIOS.get(scenario);
  if (found) return found;
  throw new RangeError(`There is no scenario "${scenario}"; write one of: ${[...SCENARIOS.keys()].join(', ')}`);
}

function buildChargers(options: DepotOptions, traffic: Traffic, clock: Clock): SimulatedCharger[] {
  const { chargers, version = 'mixed', idPrefix = 'SIM-', seed = 1, connectConcurrency = 50 } = options;
  const gate = new Gate(connectConcurrency);
  const digits = Math.max(4, String(chargers).length);
  return Array.from({ length: chargers }, (_, index) => {
    const chargerId = `${idPrefix}${String(index + 1).padStart(digits, '0')}`;
    return new SimulatedCharger({
      url: options.url,
      chargerId,
      version: version === 'mixed' ? VERSIONS[index % VERSIONS.length]! : version,
      ...(options.tenant !== undefined && { tenant: options.tenant }),
      ...(options.password !== undefined && { password: options.password }),
      ...(options.username !== undefined && { username: options.username }),
      ...(options.connectors !== undefined && { connectors: options.connectors }),
      ...(options.callTimeoutMs !== undefined && { callTimeoutMs: options.callTimeoutMs }),
      ...(options.faults && { faults: options.faults }),
      ...(options.clockOffsetMs !== undefined && { clockOffsetMs: options.clockOffsetMs }),
      random: seededRandom(`${seed}/${chargerId}`),
      outlet: index % 10 === 9 ? { current: 'DC', maxPowerW: 150_000 } : { current: 'AC', maxPowerW: 22_000 },
      speed: options.speed ?? 60,
      journal: options.journal ?? NO_JOURNAL,
      traffic,
      gate,
      clock,
    });
  });
}

function connectsPerS({ connectsPerS: wanted, chargers }: DepotOptions): number {
  return wanted ?? Math.max(200, chargers / 20);
}

interface Life extends DepotOptions {
  scenario: Scenario;
  clock: Clock;
  /** Identities of chargers that were online once. */
  met: Set<string>;
}

/** One charger, from its turn to connect until its script returns. */
async function live(charger: SimulatedCharger, index: number, life: Life, signal: AbortSignal): Promise<void> {
  const { clock, scenario, speed = 60, seed = 1, idTokens = DEFAULT_ID_TOKENS } = life;
  await pause(clock, (index * 1000) / connectsPerS(life), signal);
  if (signal.aborted) return;
  charger.start();
  void charger.online(signal).then(() => charger.isOnline && life.met.add(charger.chargerId));
  const random = seededRandom(`${seed}/${charger.chargerId}/${scenario.name}`);
  const purse = new TokenPurse(idTokens, clock, random, (TOKEN_REST_S * 1000) / speed);
  await scenario.run({
    charger,
    random,
    signal,
    wait: (seconds) => charger.wait(seconds, signal),
    token: () => purse.pick(),
    refused: (idToken) => purse.refused(idToken),
  });
}

function endingSignal(outer: AbortSignal | undefined): AbortController {
  const ending = new AbortController();
  // Every wait of every charger listens to it.
  setMaxListeners(0, ending.signal);
  if (outer?.aborted) ending.abort();
  else outer?.addEventListener('abort', () => ending.abort(), { once: true });
  return ending;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function every(clock: Clock, intervalMs: number, callback: () => void): () => void {
  let cancel: () => void = () => {};
  const again = () => {
    cancel = clock.after(intervalMs, () => {
      callback();
      again();
    });
  };
  again();
  return () => cancel();
}

function count<T>(items: readonly T[], holds: (item: T) => boolean): number {
  return items.reduce((sum, item) => sum + (holds(item) ? 1 : 0), 0);
}

function sumOf(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, value) => sum + value, 0);
}
