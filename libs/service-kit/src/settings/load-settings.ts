import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { contradictions } from './contradictions';
import type { ServiceName } from './service-names';
import { ENVIRONMENT, isSecret, Settings } from './settings';

/** The environment holds something that cannot be used; the message has a line per problem saying what to write. */
export class SettingsError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'SettingsError';
  }
}

/**
 * Reads and checks all settings; absent and empty variables take their defaults.
 * @param service whose rules apply; what it does not read may be anything that is valid by itself.
 * @throws SettingsError naming every variable that is wrong and what to write instead.
 */
export function loadSettings(
  environment: Record<string, string | undefined> = process.env,
  service: ServiceName = 'standalone',
): Settings {
  const given: Record<string, string> = service === 'standalone' ? {} : { instanceId: `${service}-1` };
  if (environment.NODE_ENV === 'development') given.validateEvents = 'true';
  for (const [field, name] of Object.entries(ENVIRONMENT)) {
    const value = environment[name]?.trim();
    if (value !== undefined && value !== '') given[field] = value;
  }
  const settings = plainToInstance(Settings, given, { exposeDefaultValues: true });
  const problems: string[] = [];
  const wrong = validateSync(settings, { forbidUnknownValues: true });
  for (const { property, value, constraints } of wrong) {
    const sentences = new Set(Object.values(constraints ?? {}));
    for (const sentence of sentences) problems.push(`${sentence} (it is ${shown(property, value)})`);
  }
  problems.push(
    ...contradictionsOfOthers(
      settings,
      wrong.map(({ property }) => property as keyof Settings),
      service,
    ),
  );
  if (problems.length > 0) throw new SettingsError(problems);
  return settings;
}

/** A contradiction with a value that is wrong anyhow would only confuse. */
function contradictionsOfOthers(
  settings: Settings,
  wrong: readonly (keyof Settings)[],
  service: ServiceName,
): string[] {
  const defaults = new Settings();
  const right = Object.assign(
    new Settings(),
    settings,
    Object.fromEntries(wrong.map((field) => [field, defaults[field]])),
  );
  return contradictions(right, service).filter(
    (sentence) => !wrong.some((field) => sentence.includes(ENVIRONMENT[field])),
  );
}

function shown(field: string, value: unknown): string {
  return isSecret(field) ? 'something else; not shown, it is a secret' : JSON.stringify(value);
}
