import { chargerEventRecord, toBusRecord } from '../bus-records';
import type { ChargerEvent } from '../charger-events';
import { TOPICS } from '../topics';
import { ContractViolationError, openContracts, validatingBus, validatingStore } from './index';

const seen: ChargerEvent = {
  id: '5f0c1b9e-7d42-5c1a-9b3e-000000000001',
  type: 'ChargerSeen',
  schemaVersion: 1,
  tenantId: 'default',
  chargerId: 'CP-1',
  correlationId: 'c',
  causationId: null,
  connectionEpoch: 7,
  ocppVersion: '2.0.1',
  ocppMessageId: null,
  occurredAt: '2026-01-01T00:00:00.000Z',
  receivedAt: '2026-01-01T00:00:00.000Z',
  data: {},
};
const metadata = {
  tenantId: 'default',
  chargerId: 'CP-1',
  correlationId: 'c',
  causationId: 'c',
  connectionEpoch: null,
  ocppVersion: null,
  ocppMessageId: null,
  occurredAt: '2026-01-01T00:00:00.000Z',
  receivedAt: '2026-01-01T00:00:00.000Z',
  schemaVersion: 1,
};

describe('a bus that holds producers to their contract', () => {
  const published: unknown[] = [];
  const inner = {
    name: 'inner',
    publish: async (records: readonly unknown[]) => void published.push(...records),
    publishAtomically: async (_writer: string, records: readonly unknown[]) => void published.push(...records),
    available() {
      return this.name;
    },
  };
  const violations: string[] = [];
  const bus = validatingBus<typeof inner>(inner, { onViolation: ({ message }) => void violations.push(message) });
  const record = chargerEventRecord(seen, '/connect/c');

  beforeEach(() => {
    published.length = 0;
    violations.length = 0;
  });

  it('takes what is right, and has everything else of the bus', async () => {
    await bus.publish([record]);
    await bus.publishAtomically('me', [{ ...record, value: null }]);
    expect(published).toHaveLength(2);
    expect(violations).toEqual([]);
    expect(bus.available()).toBe('inner');
  });

  const { tenantId: _, ...incomplete } = seen;
  it.each([
    ['a field that is not in the types', { ...seen, more: 1 }, 'additional properties (more)'],
    ['data where there is none', { ...seen, data: { a: 1 } }, '/data must NOT have additional properties (a)'],
    ['a field that is missing', incomplete, "must have required property 'tenantId'"],
    ['another type of a field', { ...seen, connectionEpoch: '7' }, '/connectionEpoch must be number,null'],
    [
      'a value that is none',
      { ...seen, ocppVersion: '3.0' },
      '/ocppVersion must be equal to one of the allowed values',
    ],
    ['what another type has', { ...seen, type: 'ChargerBooted' }, '/type must be equal to constant'],
  ])('refuses %s', async (_name, value, problem) => {
    const wrong = { ...record, value: Buffer.from(JSON.stringify(value)) };
    await expect(bus.publish([record, wrong])).rejects.toThrow(problem);
    await expect(bus.publishAtomically('me', [wrong])).rejects.toThrow(ContractViolationError);
    expect(published).toEqual([]);
    expect(violations).toHaveLength(2);
  });

  it.each([
    ['without a schema', { ...record, headers: { ce_type: 'ChargerSeen' } }],
    [
      'of a type that there is not',
      toBusRecord(TOPICS.chargerEvents, 'k', { id: '1', type: 'Odd', source: '/' }, seen),
    ],
    ['on the topic of others', { ...record, topic: TOPICS.sessionEvents }],
  ])('refuses a record %s', async (_name, wrong) => {
    await expect(bus.publish([wrong])).rejects.toThrow('publish it by toBusRecord');
  });

  it('takes the bytes of others as they are: dead letters and what is replayed', async () => {
    const value = Buffer.from('no JSON');
    await bus.publish([{ ...record, value, topic: TOPICS.deadLetters }]);
    await bus.publish([{ ...record, value, headers: { ...record.headers, dead_letter_replay: 'k' } }]);
    expect(published).toHaveLength(2);
  });
});

describe('a store that holds writers to their contract', () => {
  const store = validatingStore({
    append: async (_stream: string, events: readonly unknown[], _expected: unknown) => events.length,
  });
  const ended = { type: 'TransactionClosed', data: { sessionId: 's', transactionId: '1' }, metadata };

  it('takes what is right, and snapshots, which are no facts', async () => {
    await expect(store.append('charger-a.b', [ended], 'no-stream')).resolves.toBe(1);
    await expect(store.append('snapshot-x', [{ type: 'Snapshot', data: 1, metadata: {} }], 0)).resolves.toBe(1);
  });

  it.each([
    ['data', { ...ended, data: { sessionId: 's' } }, "/data must have required property 'transactionId'"],
    ['metadata', { ...ended, metadata: { ...metadata, receivedAt: null } }, '/receivedAt must be string'],
    ['types that there are not', { ...ended, type: 'Odd' }, 'urn:chargestream:stored:Odd:1 has no schema'],
  ])('refuses wrong %s', async (_name, wrong, problem) => {
    const append = async () => store.append('charger-a.b', [ended, wrong], 'no-stream');
    await expect(append()).rejects.toThrow(problem);
  });
});

it('says what to do where there are no schemas', () => {
  expect(() => openContracts('/nowhere')).toThrow('set VALIDATE_EVENTS=false');
});
