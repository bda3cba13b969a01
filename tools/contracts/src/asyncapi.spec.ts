import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { schemasWithoutId } from '@asyncapi/specs';
import { inboxTopicSpec, TOPIC_SPECS, TOPICS } from '@chargestream/contracts';
import { openContracts } from '@chargestream/contracts/validation';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { INBOX } from './catalogue';
import { ROOT } from './paths';
import { operationId } from './render-asyncapi';
import { OPERATIONS, SERVICES, type Service } from './services';

interface Message {
  headers: { schema: { $ref: string } };
  examples?: { headers: Record<string, string>; payload: unknown }[];
}
interface Document {
  channels: Record<string, { address: string; bindings: { kafka: object }; messages: Record<string, unknown> }>;
  operations: Record<string, { action: string; channel: { $ref: string } }>;
  components: { messages: Record<string, Message> };
}

const read = () => parse(readFileSync(path.join(ROOT, 'schemas/asyncapi.yaml'), 'utf8')) as Document;
const document = read();

/** Every `$ref`, wherever it is. */
function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === '$ref' ? [String(inner)] : references(inner)));
}

function isThere(reference: string): boolean {
  if (!reference.startsWith('#/')) return existsSync(path.join(ROOT, 'schemas', reference));
  const parts = reference.slice(2).split('/');
  const found = parts.reduce<unknown>(
    (value, part) => (value as Record<string, unknown> | undefined)?.[part],
    document,
  );
  return found !== undefined;
}

describe('schemas/asyncapi.yaml', () => {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
  addFormats(ajv);
  const validate = ajv.compile(schemasWithoutId['3.0.0'] as object);

  it('is AsyncAPI 3.0', () => {
    validate(document);
    expect(validate.errors).toBeNull();
  }, 30_000);

  it.each<[string, (broken: Document) => void]>([
    ['an action that is none', ({ operations }) => (Object.values(operations)[0]!.action = 'publish')],
    ['a binding that is none', ({ channels }) => Object.assign(channels.registry!.bindings.kafka, { partitions: 0 })],
    ['a message that is none', ({ channels }) => (channels.registry!.messages = { X: 1 })],
  ])('would not be with %s', (_what, breakIt) => {
    const broken = read();
    breakIt(broken);
    expect(validate(broken)).toBe(false);
  });

  it('refers to nothing that is not there', () => {
    const all = references(document);
    expect(all.length).toBeGreaterThan(100);
    expect(all.filter((reference) => !isThere(reference))).toEqual([]);
    expect(isThere('./events/session-events/SessionGone.json')).toBe(false);
    expect(isThere('#/channels/gone')).toBe(false);
  });

  it('has each topic with what it is created with', () => {
    const channels = Object.values(document.channels);
    expect(channels.map(({ address }) => address).sort()).toEqual([...Object.values(TOPICS), INBOX].sort());
    for (const spec of [...TOPIC_SPECS, { ...inboxTopicSpec('x'), name: INBOX }]) {
      const kafka = channels.find(({ address }) => address === spec.name)?.bindings.kafka;
      const retention = 'retentionMs' in spec ? { 'retention.ms': spec.retentionMs } : {};
      const topicConfiguration = { 'cleanup.policy': [spec.cleanup], ...retention };
      expect(kafka).toMatchObject({ partitions: spec.partitions, topicConfiguration });
    }
  });

  it('has each operation once', () => {
    const ids = OPERATIONS.map(operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(Object.keys(document.operations)).toEqual(ids);
  });

  it.each(SERVICES)('has an operation for each topic that %s names, and for no other', (service) => {
    const described = OPERATIONS.filter((one) => one.service === service).map(({ topic }) => topic);
    expect([...new Set(described)].sort()).toEqual(topicsNamedBy(service));
  });

  const contracts = openContracts();
  it.each(Object.entries(document.components.messages).filter(([, { examples }]) => examples))(
    'has an example of %s with headers that keep the contract',
    (name, { headers, examples }) => {
      const example = examples![0]!;
      const file = readFileSync(path.join(ROOT, 'schemas', headers.schema.$ref), 'utf8');
      expect(contracts.problems((JSON.parse(file) as { $id: string }).$id, example.headers)).toEqual([]);
      const { address } = document.channels[name.split('.')[0]!]!;
      const topic = address.replace('{instanceId}', 'connect-1');
      const record = { topic, headers: example.headers, value: Buffer.from(JSON.stringify(example.payload)) };
      expect(contracts.problemsOfRecord(record)).toEqual([]);
    },
  );
});

/** By the sources of a service, without its tests. */
function topicsNamedBy(service: Service): string[] {
  const folder = path.join(ROOT, 'apps', service, 'src');
  const texts = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.ts$/.test(file) && !/\.spec\.ts$|(^|[\\/])testing[\\/]/.test(file))
    .map((file) => readFileSync(path.join(folder, file), 'utf8'))
    .join('\n');
  const names = [...texts.matchAll(/\bTOPICS\.(\w+)/g)].map(([, name]) => TOPICS[name as keyof typeof TOPICS]);
  if (texts.includes('chargerEventRecord(')) names.push(TOPICS.chargerEvents);
  const found = [...names.filter(Boolean), ...(texts.includes('inboxTopic(') ? [INBOX] : [])];
  return [...new Set<string>(found)].sort();
}
