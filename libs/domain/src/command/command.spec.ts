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
const dispatch = (owner: Owner): CommandCommand => ({ kind: 'dispatch', owner, bootId: 'boot' });
const refuse = ({ instanceId, epoch }: Owner): CommandCommand => ({
  kind: 'event',
  event: event('CommandNotOwned', { commandId: 'cmd', instanceId, epoch }),
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
    command([request, dispatch(one), refuse(one)])
      .when(dispatch(two))
      .then([{ type: 'CommandDispatched', data: { ...two, bootId: 'boot' } }]);
    command([request, dispatch(one), refuse(one)])
      .when(dispatch(one))
      .thenNothing();
    // A refusal that comes again, of a connection from before.
    command([request, dispatch(one), refuse(one), dispatch(two), refuse(one)])
      .when(dispatch({ instanceId: 'i', epoch: 3 }))
      .thenNothing();
    command([request, dispatch(one), sent, refuse(one)])
      .when(dispatch(two))
      .thenNothing();
  });

  it('is refused once, by the owner that has it in hand', () => {
    const fact = { type: 'CommandRefused', data: one } as const;
    const lost = (owner: Owner): CommandCommand => ({ kind: 'lost', owner });
    for (const refusal of [refuse, lost]) {
      command([request, dispatch(one)])
        .when(refusal(one))
        .then([fact]);
      command([request, dispatch(one)])
        .when(refusal(two))
        .thenNothing();
      command([request, dispatch(one), refuse(one)])
        .when(refusal(one))
        .thenNothing();
      command([request, dispatch(one), sent])
        .when(refusal(one))
        .thenNothing();
      command([request]).when(refusal(one)).thenNothing();
    }
  });

  it('that was sent after all is not handed to another', () => {
    command([request, dispatch(one), refuse(one), sent])
      .when(dispatch(two))
      .thenNothing();
  });

  it('says when it is redacted, and ends FAILED when what was withheld is forgotten', () => {
    const withheld: CommandCommand = { kind: 'request', intent, withheld: true };
    const forgotten: CommandCommand = { kind: 'forgotten', at: at(1) };
    expect(command([]).when(withheld).outcome).toEqual([
      expect.objectContaining({ type: 'CommandRequested', data: expect.objectContaining({ withheld: true }) }),
    ]);
    expect(command([withheld]).when(forgotten).outcome).toEqual([
      expect.objectContaining({
        data: expect.objectContaining({
          outcome: 'FAILED',
          error: { code: 'SecretForgotten', message: expect.stringContaining('send it again') },
        }),
      }),
    ]);
    command([withheld, dispatch(one)])
      .when(forgotten)
      .thenNothing();
  });

  it('keeps its first outcome: late ones change nothing', () => {
    for (const late of [
      finish('REJECTED'),
      sent,
      dispatch(two),
      expire(true),
      { kind: 'offline', at: at(9) },
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
    const offline: CommandCommand = { kind: 'offline', at: at(1) };
    expect(outcomeOf(command([request]).when(offline).outcome)).toEqual(['OFFLINE']);
    expect(outcomeOf(command([request, dispatch(one), refuse(one)]).when(offline).outcome)).toEqual(['OFFLINE']);
    command([request, dispatch(one)])
      .when(offline)
      .thenNothing();
    command([request, dispatch(one), sent])
      .when(offline)
      .thenNothing();
  });

  it('always ends: EXPIRED when never handed over, UNKNOWN when it may have gone out, TIMED_OUT when it did', () => {
    expect(outcomeOf(command([request]).when(expire(false)).outcome)).toEqual(['EXPIRED']);
    expect(outcomeOf(command([request, dispatch(one)]).when(expire(true)).outcome)).toEqual(['UNKNOWN']);
    expect(outcomeOf(command([request, dispatch(one), sent]).when(expire(true)).outcome)).toEqual(['TIMED_OUT']);
    command([request, dispatch(one)])
      .when(expire(false))
      .thenNothing();
    expect(outcomeOf(command([request, dispatch(one), refuse(one)]).when(expire(false)).outcome)).toEqual(['EXPIRED']);
  });

  it('weighs what its lists weigh', () => {
    const weightOf = (items: number) => {
      const payload = { localAuthorizationList: Array.from({ length: items }, () => ({})) };
      const large = { kind: 'CALL_CHARGER', action: 'SendLocalList', payload } as const;
      const { state } = command([]).when({
        kind: 'request',
        intent: { ...intent, data: { ...intent.data, command: large } },
      });
      return commandDecider.sizeKbOf?.(state()) ?? 0;
    };
    expect(weightOf(0)).toBe(1);
    expect(weightOf(1_000)).toBeGreaterThan(100 * weightOf(0));
  });

  it('that nobody requested has no outcome', () => {
    command([]).when(finish('ACCEPTED')).thenNothing();
    command([]).when(sent).thenNothing();
  });
});
