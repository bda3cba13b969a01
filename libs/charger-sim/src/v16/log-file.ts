import type { CommandTarget } from '../commands/command-target';

/** A small file, different for every charger and time, without secrets. */
export function logFile(
  charger: CommandTarget,
  kind: string,
  from: string | undefined,
  to: string | undefined,
): string {
  const { configuration, equipment } = charger;
  return [
    `${kind} of ${equipment.options.chargerId} at ${new Date(charger.nowMs()).toISOString()}`,
    `from ${from ?? 'the beginning'} to ${to ?? 'the end'}`,
    ...charger.connectorIds.map((id) => `connector ${id}: ${charger.statusOf(id)}`),
    `local list version ${equipment.localList.version}, ${equipment.profiles.all.length} charging profiles`,
    `security profile ${configuration.text('SecurityProfile')}`,
    '',
  ].join('\n');
}
