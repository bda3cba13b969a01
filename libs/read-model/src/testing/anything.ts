import {
  chargerConnected,
  chargerDisconnected,
  commandRequested,
  energySample,
  LogWriter,
  sampleOf,
  sessionEnded,
  sessionStarted,
  sessionUpdated,
  tokenPut,
} from './stored-events';

export const KINDS = [
  'start',
  'update',
  'end',
  'connect',
  'disconnect',
  'status',
  'token',
  'untoken',
  'command',
] as const;

/** One event of the kind, about the few entities that `id` names; in any order, as a hostile log may have them. */
export function writeAnything(log: LogWriter, kind: (typeof KINDS)[number], id: number, value: number): void {
  const [charger, session] = [`CP-${id % 2}`, `s${id}`];
  const samples = [energySample(value), sampleOf('SoC', value % 100, 'Percent')];
  switch (kind) {
    case 'start':
      return void log.session(charger, session, sessionStarted(session, { samples }));
    case 'update':
      return void log.session(charger, session, sessionUpdated(value, samples));
    case 'end':
      return void log.session(charger, session, sessionEnded({ energyWh: value }));
    case 'connect':
      return void log.charger(charger, chargerConnected(value));
    case 'disconnect':
      return void log.charger(charger, chargerDisconnected(value));
    case 'status':
      return void log.connector(charger, id, value % 2 ? 'Available' : 'Charging');
    case 'token':
      return void log.token(`T${id}`, tokenPut(`T${id}`));
    case 'untoken':
      return void log.token(`T${id}`, { type: 'TokenRemoved', data: { idToken: `t${id}` } });
    case 'command':
      return void log.command(charger, `k${id}`, commandRequested(`k${id}`));
  }
}
