import { randomUUID } from 'node:crypto';
import {
  certificatesUnavailable,
  createServerCertificate,
  startEventStoreDouble,
  type EventStoreDouble,
  type ServerCertificate,
} from '@chargestream/eventstore-double';
import type { EventStore, NewEvent, StoredEvent } from '../port';
import { Inbox } from '../testing/inbox';
import { openEventStoreDb, type EventStoreDbOptions } from './event-store-db';

const USERNAME = 'core@depot';
const PASSWORD = 'p:ä/s?s&w@rd%';
const event = (): NewEvent => ({ id: randomUUID(), type: 'Happened', data: {}, metadata: {} });

async function count(events: AsyncIterable<unknown>): Promise<number> {
  let counted = 0;
  for await (const _ of events) counted++;
  return counted;
}

const why = certificatesUnavailable();
const describeWithCertificates = why === null ? describe : describe.skip;

describeWithCertificates(`EventStoreDB behind TLS and a password${why === null ? '' : ` (skipped: ${why})`}`, () => {
  let certificate: ServerCertificate;
  let double: EventStoreDouble;
  let store: EventStore | null;
  beforeAll(async () => {
    certificate = createServerCertificate();
    double = await startEventStoreDouble({
      tls: certificate.tls,
      credentials: { username: USERNAME, password: PASSWORD },
    });
  });
  afterAll(async () => {
    await double.stop();
    certificate.dispose();
  });
  beforeEach(() => {
    store = null;
  });
  afterEach(() => store?.close());

  const open = async (options: Partial<EventStoreDbOptions>) => {
    store = await openEventStoreDb({ url: double.url, caFile: certificate.caFile, deadlineMs: 2_000, ...options });
    return store;
  };
  const inUrl = (username: string, password: string) =>
    double.url.replace('//', `//${encodeURIComponent(username)}:${encodeURIComponent(password)}@`);

  it.each<[string, () => Partial<EventStoreDbOptions>]>([
    ['given apart', () => ({ username: USERNAME, password: PASSWORD })],
    ['in the address', () => ({ url: inUrl(USERNAME, PASSWORD) })],
    [
      'given apart, which counts more than in the address',
      () => ({ url: inUrl('x', 'y'), username: USERNAME, password: PASSWORD }),
    ],
  ])('takes credentials %s, with every call', async (_, options) => {
    const opened = await open(options());
    const stream = `a-${randomUUID()}`;
    const seen = new Inbox<StoredEvent>();
    const errors: unknown[] = [];
    const subscription = await opened.subscribe({
      from: null,
      streamPrefixes: [stream],
      handle: (events) => Promise.resolve(seen.add(...events)),
      onError: (error) => errors.push(error),
    });
    await opened.append(stream, [event(), event()], 'no-stream');
    expect(await count(opened.readStream(stream))).toBe(2);
    expect(await count(opened.readAll({ streamPrefixes: [stream] }))).toBe(2);
    await opened.keepNewest(stream, 1);
    expect(await count(opened.readStream(stream))).toBe(1);
    await seen.until(({ length }) => length === 2);
    await subscription.caughtUp();
    expect(errors).toEqual([]);
  });

  it.each<[string, () => Partial<EventStoreDbOptions>]>([
    ['a wrong password', () => ({ username: USERNAME, password: 'wrong' })],
    ['a wrong password in the address', () => ({ url: inUrl(USERNAME, 'wrong') })],
    ['no credentials', () => ({})],
  ])('says what to set when it comes with %s', async (_, options) => {
    const refusal: unknown = await open(options()).catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      name: 'StoreUnavailableError',
      message: 'EventStoreDB does not take our name and password: set EVENTSTORE_USERNAME and EVENTSTORE_PASSWORD.',
    });
  });

  it('says what to set when the authority is not trusted', async () => {
    const opening = openEventStoreDb({ url: double.url, username: USERNAME, password: PASSWORD, deadlineMs: 2_000 });
    await expect(opening).rejects.toThrow(/certificate that is not trusted: set EVENTSTORE_CA_FILE/);
  });

  it('says which file of certificates cannot be read', async () => {
    await expect(open({ caFile: '/nowhere/ca.crt' })).rejects.toThrow(
      'EVENTSTORE_CA_FILE cannot be read: /nowhere/ca.crt',
    );
  });

  it.each([
    ['no address', 'nonsense'],
    ['another kind of address', 'https://secret:secret@127.0.0.1:2113'],
    ['a password that is not encoded', 'esdb://name:%secret@127.0.0.1:2113'],
    ['an option that is none', 'esdb://name:secret@127.0.0.1:2113?tls=secret'],
  ])('says what an address looks like when it is given %s, and repeats no password', async (_, url) => {
    const refusal: unknown = await openEventStoreDb({ url }).catch((error: unknown) => error);
    expect(String(refusal)).toMatch(/EVENTSTORE_URL is no connection string.*esdb:\/\/host:2113/);
    expect(String(refusal)).not.toMatch(/:secret/);
  });

  it('takes no name without a password', async () => {
    await expect(open({ username: USERNAME })).rejects.toThrow(/EVENTSTORE_PASSWORD/);
  });
});
