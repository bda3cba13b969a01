import type { ChargingProfile } from '@chargestream/contracts';
import { at } from '../testing/events';
import { given } from '../testing/given-when-then';
import { chargingProfileDecider, type ChargingProfileCommand } from './charging-profile';

const chargingProfile = given(chargingProfileDecider, (command: ChargingProfileCommand) => ({
  causationId: command.id,
  occurredAt: at(0),
  receivedAt: at(0),
}));
const profile: ChargingProfile = {
  chargingProfileId: 7,
  description: 'Night',
  stackLevel: 0,
  purpose: 'TxDefaultProfile',
  kind: 'Recurring',
  recurrency: 'Daily',
  validFrom: null,
  validTo: null,
  schedule: {
    durationS: null,
    startSchedule: at(0),
    unit: 'A',
    minChargingRate: null,
    periods: [{ startPeriodS: 0, limit: 16, numberPhases: null }],
  },
};
const put = (id: string, more: Partial<ChargingProfile> = {}): ChargingProfileCommand => ({
  kind: 'put',
  id,
  profile: { ...profile, ...more },
});
const remove = (id: string): ChargingProfileCommand => ({ kind: 'remove', id, chargingProfileId: 7 });
const slower = { ...profile.schedule, periods: [{ startPeriodS: 0, limit: 6, numberPhases: null }] };

describe('a charging profile', () => {
  it('is put, changed and removed', () => {
    chargingProfile([])
      .when(put('1'))
      .then([{ type: 'ChargingProfilePut', data: profile }]);
    chargingProfile([put('1')])
      .when(put('2', { schedule: slower }))
      .then([{ type: 'ChargingProfilePut', data: { ...profile, schedule: slower } }]);
    chargingProfile([put('1')])
      .when(remove('2'))
      .then([{ type: 'ChargingProfileRemoved', data: { chargingProfileId: 7 } }]);
    chargingProfile([put('1'), remove('2')])
      .when(put('3'))
      .then([{ type: 'ChargingProfilePut', data: profile }]);
  });

  it('does not change by being put or removed again', () => {
    chargingProfile([put('1')])
      .when(put('2', { schedule: { ...profile.schedule, periods: [...profile.schedule.periods] } }))
      .thenNothing();
    chargingProfile([put('1'), remove('2')])
      .when(remove('3'))
      .thenNothing();
    chargingProfile([put('1'), remove('2')])
      .when(put('1'))
      .thenNothing();
    chargingProfile([put('1'), remove('2'), put('3')])
      .when(remove('2'))
      .thenNothing();
  });

  it('cannot be removed when there never was one', () => {
    chargingProfile([]).when(remove('1')).thenRejected('NOT_FOUND');
  });
});
