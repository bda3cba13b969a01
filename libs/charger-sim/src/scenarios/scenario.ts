import type { Random } from '../random';
import type { SimulatedCharger } from '../simulated-charger';

export interface ScenarioContext {
  charger: SimulatedCharger;
  random: Random;
  /** Aborts when the run ends: return soon, and start nothing new. */
  signal: AbortSignal;
  /** Simulated seconds; shorter when the run ends. */
  wait(seconds: number): Promise<void>;
  /** A token to charge with; one that was refused is avoided for a while. */
  token(): string;
  /** Tells that the server refused a token. */
  refused(idToken: string): void;
}

/** What one charger of a depot goes through. Every charger runs the script for itself. */
export interface Scenario {
  name: string;
  /** One line for --help. */
  summary: string;
  run(context: ScenarioContext): Promise<void>;
}

/** Cars come and go at one outlet until the run ends. */
export async function keepOutletBusy(
  { charger, random, signal, wait, token, refused }: ScenarioContext,
  connectorId: number,
  habits: { pauseS: readonly [number, number]; stayS: readonly [number, number]; sampling?: 'interval' | 'asap' },
): Promise<void> {
  await wait(random.between(0, habits.pauseS[1]));
  while (!signal.aborted) {
    const durationS = random.between(...habits.stayS);
    const outcome = await charger.charge({ connectorId, idToken: token(), durationS, sampling: habits.sampling });
    if (outcome.kind === 'refused') refused(outcome.idToken);
    await wait(random.between(...habits.pauseS));
  }
}

/** Every outlet of the charger, each with its own habits' dice. */
export function eachOutlet(context: ScenarioContext, run: (connectorId: number) => Promise<void>): Promise<unknown> {
  return Promise.all(context.charger.connectorIds.map(run));
}
