import type { ChargerEventOf, CommandOutcome, Intent } from '@chargestream/contracts';
import { at, event } from '../testing/events';
import { given } from '../testing/given-when-then';
import { commandDecider, type CommandCommand, type Owner } from './command';

const command = given(commandDecider, () => ({ causationId: 'x', occurredAt: at(0), receivedAt: at(0) }));
const intent: Extract<Intent, { type: 'SendCommand' }> = {
  id: 'cmd',
  type: 'SendCommand',
  schemaVersion: 1,
  tenantId: 't',
  chargerId: 'CP-1',
  requestedAt: at(0),
  requestedBy: 'me',
  correlationId: 'cmd',
  data: { command: { kind: 'CLEAR_CACHE' }, expiresAt: at(5), holdUntilOnline: false },
};
const one: Owner = { instanceId: 'i', epoch: 1 };
const two: Owner = { instanceId: 'i', epoch: 2 };
const request: CommandCommand = { kind: 'request', intent };
const dispatch = (owner: Owner, refusedBy: Owner | null = null): CommandCommand => ({
  kind: 'dispatch',
  owner,
  refusedBy,
});
const sent: CommandCommand = {
  kind: 'event',
  event: event('CommandSent', { commandId: 'cmd', ocppAction: 'ClearCache', payload: {} }),
};
const finish = (outcome: CommandOutcome): CommandCommand => ({
  kind: 'event',
  event: event('CommandFinished', {
    commandId: 'cmd',
    outcome,
    ocppAction: 'ClearCache',
    response: {},
    error: null,
  }) as ChargerEventOf<'CommandFinished'>,
});
const expire = (gracePassed: boolean): CommandCommand => ({ kind: 'expire', at: at(6), gracePassed });
const outcomeOf = (outcome: unknown) => (outcome as { data: { outcome?: string } }[]).map((fact) => fact.data.outcome);

describe('a command', () => {
  it('is requested, dispatched, sent and finished, each once', () => {
    const story = [request, dispatch(one), sent, finish('ACCEPTED')];
    story.forEach((step, index) => {
      expect(command(story.slice(0, index)).when(step).outcome).toHaveLength(1);
      command(story).when(step).thenNothing();
    });
  });

  it('is never handed to a second connection, unless the first refused it', () => {
    command([request, dispatch(one)])
      .when(dispatch(two))
      .thenNothing();
    command([request, dispatch(one)])
      .when(dispatch(two, one))
      .then([{ type: 'CommandDispatched', data: two }]);
    command([request, dispatch(one)])
      .when(dispatch(one, one))
      .thenNothing();
    // A refusal that comes again, of a connection from before.
    command([request, dispatch(one), dispatch(two, one)])
      .when(dispatch({ instanceId: 'i', epoch: 3 }, one))
      .thenNothing();
    command([request, dispatch(one), sent])
      .when(dispatch(two, one))
      .thenNothing();
  });

  it('keeps its first outcome: late ones change nothing', () => {
    for (const late of [
      finish('REJECTED'),
      sent,
      dispatch(two),
      expire(true),
      { kind: 'offline', at: at(9), refusedBy: null },
    ] as CommandCommand[]) {
      command([request, dispatch(one), sent, finish('ACCEPTED')])
        .when(late)
        .thenNothing();
    }
    command([request, expire(false)])
      .when(finish('ACCEPTED'))
      .thenNothing();
  });

  it('may finish before CommandSent came', () => {
    const { outcome } = command([request, dispatch(one)]).when(finish('FAILED'));
    expect(outcomeOf(outcome)).toEqual(['FAILED']);
  });

  it('ends OFFLINE only while no connection may have it', () => {
    const offline = (refusedBy: Owner | null): CommandCommand => ({ kind: 'offline', at: at(1), refusedBy });
    expect(outcomeOf(command([request]).when(offline(null)).outcome)).toEqual(['OFFLINE']);
    expect(outcomeOf(command([request, dispatch(one)]).when(offline(one)).outcome)).toEqual(['OFFLINE']);
    command([request, dispatch(one)])
      .when(offline(null))
      .thenNothing();
    command([request, dispatch(one), sent])
      .when(offline(one))
      .thenNothing();
  });

  it('always ends: EXPIRED when never handed over, UNKNOWN when it may have gone out, TIMED_OUT when it did', () => {
    expect(outcomeOf(command([request]).when(expire(false)).outcome)).toEqual(['EXPIRED']);
    expect(outcomeOf(command([request, dispatch(one)]).when(expire(true)).outcome)).toEqual(['UNKNOWN']);
    expect(outcomeOf(command([request, dispatch(one), sent]).when(expire(true)).outcome)).toEqual(['TIMED_OUT']);
    command([request, dispatch(one)])
      .when(expire(false))
      .thenNothing();
  });

  it('that nobody requested has no outcome', () => {
    command([]).when(finish('ACCEPTED')).thenNothing();
    command([]).when(sent).thenNothing();
  });
});
