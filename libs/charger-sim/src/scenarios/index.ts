import { burst } from './burst';
import { commute } from './commute';
import { depot } from './depot';
import { idle } from './idle';
import { offline } from './offline';
import { reservedBay } from './reserved-bay';
import type { Scenario } from './scenario';
import { soak } from './soak';
import { stubborn } from './stubborn';
import { tunnel } from './tunnel';

/** Every scenario by name. A new one is a file here and a line in this list. */
export const SCENARIOS: ReadonlyMap<string, Scenario> = new Map(
  [depot, idle, commute, offline, burst, soak, reservedBay, tunnel, stubborn].map((scenario) => [
    scenario.name,
    scenario,
  ]),
);

export { eachOutlet, keepOutletBusy, type Scenario, type ScenarioContext } from './scenario';
