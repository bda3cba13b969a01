import type { ChargerEvent, ChargerFact } from '@chargestream/contracts';
import { at, context, event } from '../testing/events';
import { given } from '../testing/given-when-then';
import { chargerDecider, type ChargerCommand, type ChargerIntent } from '.';

const charger = given(chargerDecider, (command: ChargerCommand) => {
  if (command.kind === 'event') return context(command.event);
  const causationId = command.kind === 'intent' ? command.intent.id : command.id;
  return { causationId, occurredAt: at(0), receivedAt: at(0) };
});
const on = (occurred: ChargerEvent): ChargerCommand => ({ kind: 'event', event: occurred });
const facts = (outcome: unknown) => (outcome as ChargerFact[]).filter(({ type }) => type !== 'ChargerConnected');

let counter = 0;
const intent = <Type extends ChargerIntent['type']>(type: Type, data: object): ChargerCommand => {
  const id = `security-${counter++}`;
  const around = { schemaVersion: 1, tenantId: 't', chargerId: 'CP-1', requestedAt: at(0), requestedBy: 'me' };
  return { kind: 'intent', intent: { id, type, data, correlationId: id, ...around } as ChargerIntent };
};
const opened = (epoch: number, securityProfile: 0 | 1 | 2 | 3, more: object = {}) =>
  on(
    event(
      'ConnectionOpened',
      { instanceId: 'i', connectionId: `c${epoch}`, securityProfile, remoteAddress: null, ...more },
      { connectionEpoch: epoch, occurredAt: at(epoch) },
    ),
  );
const configured = (value: string, changed = true, minute = 2) =>
  on(
    event(
      'ConfigurationReported',
      {
        keys: [{ key: 'SecurityProfile', value, readonly: false }],
        unknownKeys: [],
        complete: false,
        ...(changed ? { changed: true as const } : {}),
      },
      { occurredAt: at(minute) },
    ),
  );
const known = on(event('ChargerSeen', {}));

describe('the security profile of a charger', () => {
  it('is raised when it comes with what it was told to use, once', () => {
    const told = [known, opened(1, 1), configured('2')];
    expect(facts(charger(told).when(opened(3, 2)).outcome)).toEqual([
      { type: 'SecurityProfileRaised', data: { securityProfile: 2 } },
    ]);
    expect(facts(charger([...told, opened(3, 2)]).when(opened(4, 2)).outcome)).toEqual([]);
    // A better one than it was told will do.
    expect(facts(charger(told).when(opened(3, 3)).outcome)).toEqual([
      { type: 'SecurityProfileRaised', data: { securityProfile: 2 } },
    ]);
  });

  it('stays while it comes as before, and is raised when it gets through later', () => {
    const told = [known, opened(1, 1), configured('3')];
    expect(facts(charger(told).when(opened(3, 1)).outcome)).toEqual([]);
    expect(facts(charger([...told, opened(3, 1)]).when(opened(4, 3)).outcome)).toHaveLength(1);
  });

  it('is not raised by what it only tells, by nonsense, or by coming with more than it must', () => {
    expect(facts(charger([known, configured('2', false)]).when(opened(3, 2)).outcome)).toEqual([]);
    for (const value of ['0', '4', '-1', 'two', '']) {
      expect(facts(charger([known, configured(value)]).when(opened(3, 3)).outcome)).toEqual([]);
    }
    expect(facts(charger([known]).when(opened(3, 3)).outcome)).toEqual([]);
  });

  it('is what the operator says, lower too', () => {
    const raised = [known, configured('2'), opened(3, 2)];
    const lower = intent('UpdateCharger', { securityProfile: 1 });
    charger(raised)
      .when(lower)
      .then([{ type: 'ChargerUpdated', data: { securityProfile: 1 } }]);
    charger([...raised, lower])
      .when(intent('UpdateCharger', { securityProfile: 1 }))
      .thenNothing();
    expect(facts(charger([...raised, lower]).when(opened(5, 2)).outcome)).toEqual([]);
    charger(raised)
      .when(intent('UpdateCharger', { securityProfile: 2 }))
      .thenNothing();
  });

  it('outlives a registration anew', () => {
    const credentials = { username: null, passwordHash: 'h' };
    const register = intent('RegisterCharger', { displayName: 'D', registration: 'ACCEPTED', credentials });
    charger([known, configured('2'), opened(3, 2), register])
      .when(intent('UpdateCharger', { securityProfile: 2, displayName: 'D' }))
      .thenNothing();
  });
});

describe('a password that a charger was given by OCPP', () => {
  const credentials = { username: 'user', passwordHash: 'old' };
  const register = intent('RegisterCharger', { displayName: null, registration: 'ACCEPTED', credentials });
  const taken = (certain: boolean, id = 'finished-1'): ChargerCommand => ({
    kind: 'passwordTaken',
    ...{ id, passwordHash: 'new', certain },
  });
  const set = (previousPasswordHash: string | null): ChargerFact => ({
    type: 'ChargerCredentialsSet',
    data: { credentials: { username: 'user', passwordHash: 'new', previousPasswordHash } },
  });

  it('replaces the one before at once when it accepted it', () => {
    charger([register])
      .when(taken(true))
      .then([set(null)]);
    charger([register, taken(true)])
      .when(taken(true))
      .thenNothing();
    charger([known])
      .when(taken(true))
      .then([
        {
          type: 'ChargerCredentialsSet',
          data: { credentials: { username: null, passwordHash: 'new', previousPasswordHash: null } },
        },
      ]);
  });

  it('stands beside the one before until it is used, when that is not certain', () => {
    charger([register])
      .when(taken(false))
      .then([set('old')]);
    expect(facts(charger([register, taken(false)]).when(opened(1, 1)).outcome)).toEqual([]);
    const renewed = opened(1, 1, { passwordRenewed: true });
    expect(facts(charger([register, taken(false)]).when(renewed).outcome)).toEqual([set(null)]);
    const again = opened(2, 1, { passwordRenewed: true });
    expect(facts(charger([register, taken(false), renewed]).when(again).outcome)).toEqual([]);
    // It would be locked out if it did not take it.
    charger([known]).when(taken(false)).thenNothing();
  });
});
