import type { LocalListFact, ReservationFact } from '@chargestream/contracts';
import {
  chargerConnected,
  chargerDisconnected,
  chargingProfilePut,
  commandRequested,
  energySample,
  localListEntry,
  LogWriter,
  reservationRequested,
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
  'reserve',
  'reservation',
  'profile',
  'list',
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
    case 'reserve':
      return void log.reservation(charger, reservationRequested(id, `r${Math.floor(value) % 3}`));
    case 'reservation':
      return void log.reservation(charger, reservationFact(id, value));
    case 'profile':
      if (value % 3 > 0) return void log.chargingProfile(chargingProfilePut(id, { stackLevel: value }));
      return void log.chargingProfile({ type: 'ChargingProfileRemoved', data: { chargingProfileId: id } });
    case 'list':
      return void log.localList(charger, localListFact(id, value));
  }
}

/** Whatever may become of a reservation, sensible or not. */
function reservationFact(reservationId: number, value: number): ReservationFact {
  const commandId = `r${Math.floor(value) % 3}`;
  const facts: ReservationFact[] = [
    { type: 'ReservationConfirmed', data: { reservationId, commandId } },
    { type: 'ReservationRefused', data: { reservationId, commandId, status: 'Occupied' } },
    { type: 'ReservationCancelled', data: { reservationId, commandId: value % 2 ? commandId : null } },
    { type: 'ReservationUsed', data: { reservationId, sessionId: `s${value}` } },
    { type: 'ReservationExpired', data: { reservationId, expiredAt: '2026-01-01T01:00:00.000Z' } },
  ];
  return facts[Math.floor(value) % facts.length]!;
}

function localListFact(id: number, value: number): LocalListFact {
  const update = { version: value, updateType: value % 2 ? ('FULL' as const) : ('DIFFERENTIAL' as const) };
  const entries = [localListEntry(`T${id}`, { status: value % 3 ? 'ACCEPTED' : null })];
  const facts: LocalListFact[] = [
    { type: 'LocalListChanged', data: { ...update, entries, commandId: 'l' } },
    { type: 'LocalListRefused', data: { ...update, status: 'Failed', commandId: 'l', resentAs: null } },
    { type: 'LocalListVersionCorrected', data: { version: (Math.floor(value) % 3) - 1 } },
  ];
  return facts[Math.floor(value) % facts.length]!;
}
