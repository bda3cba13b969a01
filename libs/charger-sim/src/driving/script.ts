import type { Scenario, ScenarioContext } from '../scenarios/scenario';
import { DrivenCharger, ScriptEnded } from './driven-charger';

export type Script = (charger: DrivenCharger, context: ScenarioContext) => Promise<void>;

/**
 * A scenario from a script: every charger of the depot runs it once. Verbs that wait are given up when the run ends.
 * @param name for `depot-sim --scenario`
 * @param summary one line for --help
 */
export function scenario(name: string, summary: string, script: Script): Scenario {
  return {
    name,
    summary,
    run: async (context) => {
      try {
        await script(new DrivenCharger(context.charger, context.signal), context);
      } catch (error) {
        if (!(error instanceof ScriptEnded)) throw error;
      }
    },
  };
}
