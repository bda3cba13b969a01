import {
  commandStream,
  eventId,
  localListStream,
  type ChargerCommand,
  type CommandError,
  type CommandOutcome,
  type LocalListEntry,
} from '@chargestream/contracts';
import { at, CHARGER, event, TENANT } from '@chargestream/domain/testing';
import { Harness } from '../testing/harness';
import { intent } from '../testing/intents';

let harness: Harness;
beforeEach(async () => {
  harness = await Harness.open();
  await harness.start();
  await harness.report(event('ChargerSeen', {}));
  await harness.settled();
});
afterEach(() => harness.close());

const types = () => harness.types(localListStream(TENANT, CHARGER));
async function list() {
  const row = await harness.readModel.queries.localLists.ofCharger(TENANT, CHARGER);
  const entries = JSON.parse(row?.entries ?? '[]') as LocalListEntry[];
  return { ...row, entries: entries.map(({ idToken, status }) => `${idToken} ${status}`) };
}

/** As callCharger sends it: tokens with a status, or without one to be taken off. */
const update = (
  updateType: 'Full' | 'Differential',
  listVersion: number,
  tokens: Record<string, string | null>,
): ChargerCommand => ({
  kind: 'CALL_CHARGER',
  action: 'SendLocalList',
  payload: {
    ...{ listVersion, updateType },
    localAuthorizationList: Object.entries(tokens).map(([idTag, status]) => ({
      idTag,
      ...(status === null ? {} : { idTagInfo: { status, expiryDate: at(99), parentIdTag: 'fleet' } }),
    })),
  },
});

interface Answer {
  status?: string;
  outcome?: CommandOutcome;
  error?: CommandError;
}

const finished = (commandId: string, { status, outcome, error = undefined }: Answer) =>
  event(
    'CommandFinished',
    {
      commandId,
      outcome: outcome ?? (status === 'Accepted' ? 'ACCEPTED' : 'REJECTED'),
      ocppAction: 'SendLocalList',
      response: status === undefined ? null : { status },
      error: error ?? null,
    },
    { id: eventId('finished', commandId) },
  );

async function send(command: ChargerCommand, answer: Answer): Promise<string> {
  const asked = intent('SendCommand', { command, expiresAt: at(10), holdUntilOnline: true });
  await harness.intend(asked);
  await harness.settled();
  await harness.report(finished(asked.id, answer));
  await harness.settled();
  return asked.id;
}
const told = (version: number, id: string) =>
  event('LocalListVersionReported', { version }, { id: eventId('told', id) });

/** The full update that core sends in place of a refused one. */
async function resent(commandId: string) {
  const [request] = await harness.stream(commandStream(eventId('resend-local-list', commandId)));
  return request?.data as { command: ChargerCommand; requestedBy: string } | undefined;
}

describe('the local list of a charger', () => {
  it('is what the charger accepted', async () => {
    await send(update('Full', 1, { A: 'Accepted', B: 'Blocked', C: 'ConcurrentTx', D: 'Invalid' }), {
      status: 'Accepted',
    });
    expect(await list()).toMatchObject({
      ...{ version: 1, content_known: 1 },
      entries: ['A ACCEPTED', 'B BLOCKED', 'C ACCEPTED', 'D INVALID'],
    });
    await send(update('Differential', 2, { b: 'Accepted', C: null }), { status: 'Accepted' });
    expect(await list()).toMatchObject({ version: 2, entries: ['A ACCEPTED', 'b ACCEPTED', 'D INVALID'] });
  });

  it.each(['VersionMismatch', 'Failed'])('is sent in full once after a change is answered %s', async (status) => {
    await send(update('Full', 5, { A: 'Accepted', B: 'Accepted' }), { status: 'Accepted' });
    const commandId = await send(update('Differential', 6, { B: null, C: 'Accepted' }), { status });
    expect(await list()).toMatchObject({ version: 5, content_known: 0, refusal: status });
    const request = await resent(commandId);
    expect(request).toMatchObject({
      requestedBy: 'core',
      command: update('Full', 6, { A: 'Accepted', C: 'Accepted' }),
    });
    // It comes again, to another core.
    await harness.restart();
    await harness.report(finished(commandId, { status }));
    await harness.settled();
    expect(await types()).toEqual(['LocalListChanged', 'LocalListRefused']);
    const full = eventId('resend-local-list', commandId);
    expect(await harness.types(commandStream(full))).toEqual(['CommandRequested']);

    await harness.report(finished(full, { status: 'Accepted' }));
    await harness.settled();
    expect(await list()).toMatchObject({ version: 6, content_known: 1, entries: ['A ACCEPTED', 'C ACCEPTED'] });
  });

  it('is not sent a third time when the full update is refused too', async () => {
    await send(update('Full', 5, { A: 'Accepted' }), { status: 'Accepted' });
    const commandId = await send(update('Differential', 6, { C: 'Accepted' }), { status: 'Failed' });
    const full = eventId('resend-local-list', commandId);
    await harness.report(finished(full, { status: 'Failed' }));
    await harness.settled();
    expect(await types()).toEqual(['LocalListChanged', 'LocalListRefused', 'LocalListRefused']);
    expect(await resent(full)).toBeUndefined();
  });

  it('is not sent in full when it may hold what nobody here knows of: that would be taken off', async () => {
    const commandId = await send(update('Differential', 6, { C: 'Accepted' }), { status: 'VersionMismatch' });
    expect(await types()).toEqual(['LocalListRefused']);
    expect(await resent(commandId)).toBeUndefined();
    expect(await list()).toMatchObject({ content_known: 0, refusal: 'VersionMismatch' });
  });

  it('is remembered as not supported, whether the charger says so in an answer or an error', async () => {
    const error = { code: 'NotImplemented', message: 'Requested Action is not known by receiver' };
    for (const answer of [{ status: 'NotSupported' }, { outcome: 'FAILED' as const, error }]) {
      const commandId = await send(update('Differential', 1, { A: 'Accepted' }), answer);
      expect(await list()).toMatchObject({ supported: 0, version: null, refusal: 'NotSupported' });
      expect(await resent(commandId)).toBeUndefined();
    }
  });

  it('stays as it is when the charger does not answer', async () => {
    await send(update('Full', 5, { A: 'Accepted' }), { status: 'Accepted' });
    await send(update('Full', 6, {}), { outcome: 'TIMED_OUT' });
    await send(update('Full', 7, {}), { outcome: 'FAILED', error: { code: 'InternalError', message: '' } });
    expect(await types()).toEqual(['LocalListChanged']);
  });

  it('has the version that the charger tells; what is told again later changes nothing', async () => {
    await harness.report(told(0, 'first'));
    await harness.settled();
    expect(await list()).toMatchObject({ version: 0, content_known: 1 });
    await send(update('Full', 5, { A: 'Accepted' }), { status: 'Accepted' });
    await harness.report(told(5, 'second'));
    await harness.settled();
    expect(await types()).toEqual(['LocalListVersionCorrected', 'LocalListChanged']);
    await harness.report(told(3, 'third'));
    await harness.settled();
    expect(await list()).toMatchObject({ version: 3, content_known: 0, entries: ['A ACCEPTED'] });
    await send(update('Full', 6, { A: 'Accepted' }), { status: 'Accepted' });
    await harness.report(told(0, 'first'), told(5, 'second'), told(3, 'third'));
    await harness.settled();
    expect(await list()).toMatchObject({ version: 6, content_known: 1 });
    await harness.report(told(-1, 'last'));
    await harness.settled();
    expect(await list()).toMatchObject({ supported: 0, version: null });
  });
});
