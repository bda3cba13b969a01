import { TOPICS, type ActiveTokenEntry } from '@chargestream/contracts';
import { meterValues16, register, start16, stop16, tx2 } from '@chargestream/domain/testing';
import { PublisherHarness } from '../testing/published';
import { activeTokensPublisher } from './active-tokens';

let harness: PublisherHarness;
beforeEach(async () => (harness = await PublisherHarness.open()));
afterEach(() => harness.close());

/** Records of the topic, in order: the key, and transactionIds of its value, or null for a tombstone. */
async function published(): Promise<[string, string[] | null][]> {
  await harness.publish(() => activeTokensPublisher(harness.bus, harness.store));
  const records = await harness.records(TOPICS.activeTokens);
  return records.map(({ key, value }) => {
    const entry = value === null ? null : (JSON.parse(value.toString('utf8')) as ActiveTokenEntry);
    if (entry !== null) expect(entry.tokenKey).toBe(key);
    return [key, entry && entry.sessions.map(({ transactionId }) => transactionId)];
  });
}

describe('active tokens', () => {
  it('are told from start to end', async () => {
    const start = start16(0);
    await harness.report(start, meterValues16(1, [register(1_500, 1)]));
    const open: [string, string[]] = ['default/tag', [start.data.transactionId]];
    expect(await published()).toEqual([open]);
    const [record] = await harness.records(TOPICS.activeTokens);
    expect(JSON.parse(record!.value!.toString('utf8'))).toEqual({
      tokenKey: 'default/tag',
      sessions: [{ chargerId: 'CP-1', transactionId: start.data.transactionId, evseId: 1 }],
    });
    // Another process goes on from the table.
    await harness.report(stop16(30), stop16(30));
    expect(await published()).toEqual([open, ['default/tag', null]]);
  });

  it('are not told of a transaction that was refused its token, or has none', async () => {
    await harness.report(start16(0, { authorizationStatus: 'ConcurrentTx' }), tx2('Started', 0, 0, { token: null }));
    expect(await published()).toEqual([]);
  });

  it('are told of a token that comes after the cable', async () => {
    await harness.report(tx2('Started', 0, 0, { token: null }));
    const token = { idToken: 'LATER', type: 'ISO14443' };
    const updated = tx2('Updated', 1, 1, { token, triggerReason: 'Authorized' });
    await harness.report(updated, tx2('Ended', 2, 20));
    expect(await published()).toEqual([
      ['default/later', [updated.data.transactionId]],
      ['default/later', null],
    ]);
  });
});
