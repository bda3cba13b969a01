import { readFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { CHANNELS, type Channel } from './channels';
import { exampleOf } from './example';
import type { GeneratedSchema } from './generate';
import { ROOT } from './paths';
import { OPERATIONS, type Operation } from './services';

const KAFKA_BINDING = '0.5.0';
const SCHEMA_FORMAT = 'application/schema+json;version=draft-07';
const RECORD_HEADERS = 'headers/RecordHeaders';
const LETTER_HEADERS = 'headers/DeadLetterHeaders';
const DEAD_LETTER = 'dead-letters.DeadLetter';

/** `schemas/asyncapi.yaml`: every topic, what is on it, and what each service does with it, in AsyncAPI 3.0. */
export function renderAsyncApi(schemas: readonly GeneratedSchema[]): string {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const published = schemas.filter(({ group }) => group.topic !== null);
  const document = {
    asyncapi: '3.0.0',
    info: {
      title: 'ChargeStream on Kafka',
      version,
      description:
        'Every topic of ChargeStream. Records are CloudEvents 1.0 in the binary mode of Kafka: attributes are headers ' +
        '(ce_id, ce_type…), the value is JSON. Deduplicate by ce_id; pass over types and fields that you do not know ' +
        '(docs/reference/compatibility.md). csms.session-events.v1, csms.meter-values.v1 and csms.connector-status.v1 ' +
        'are for others to consume; the rest is between the services.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      kafka: {
        host: '{broker}',
        protocol: 'kafka',
        description: 'The brokers that KAFKA_BROKERS names.',
        variables: { broker: { default: '127.0.0.1:9092' } },
      },
    },
    channels: Object.fromEntries(CHANNELS.map((channel) => [channel.name, channelOf(channel, published)])),
    operations: Object.fromEntries(OPERATIONS.map((operation) => [operationId(operation), operationOf(operation)])),
    components: {
      messages: {
        ...Object.fromEntries(published.map((schema) => [messageName(schema), messageOf(schema)])),
        [DEAD_LETTER]: {
          name: 'DeadLetter',
          title: 'DeadLetter',
          summary: 'A record as it was when it could not be handled.',
          contentType: 'application/octet-stream',
          headers: schemaRef(LETTER_HEADERS),
          bindings: keyBinding('dead-letters'),
        },
      },
    },
  };
  const comment = '# Written by `npm run contracts` from the types in libs/contracts: do not edit.\n';
  return comment + stringify(document, { lineWidth: 120, aliasDuplicateObjects: false });
}

function messageName({ group, name }: GeneratedSchema): string {
  return `${group.group}.${name}`;
}

function channelOf(
  { name, topic, description, partitions, ...kept }: Channel,
  schemas: readonly GeneratedSchema[],
): object {
  const found = schemas.filter(({ group }) => group.topic === topic).map((one) => [one.name, messageName(one)]);
  const messages = name === 'dead-letters' ? [['DeadLetter', DEAD_LETTER]] : found;
  if (messages.length === 0) throw new Error(`There is no schema for ${topic}: add it to catalogue.ts`);
  const isInbox = topic.includes('{');
  return {
    address: topic,
    description,
    servers: [{ $ref: '#/servers/kafka' }],
    ...(isInbox && {
      parameters: { instanceId: { description: 'INSTANCE_ID of the instance of connect.', examples: ['connect-1'] } },
    }),
    messages: Object.fromEntries(messages.map(([key, ref]) => [key, { $ref: `#/components/messages/${ref}` }])),
    bindings: {
      kafka: {
        ...(isInbox ? {} : { topic }),
        partitions,
        topicConfiguration: {
          'cleanup.policy': [kept.cleanup],
          ...(kept.retentionMs === null ? {} : { 'retention.ms': kept.retentionMs }),
        },
        bindingVersion: KAFKA_BINDING,
      },
    },
  };
}

function messageOf(schema: GeneratedSchema): object {
  const { id, group, name, ceTypes } = schema;
  const { description } = schema.schema;
  const headers = { ce_id: '5b0e6f0a-2f0c-5d6e-9f0e-3c1a7b9d2e4f', ce_type: ceTypes[0], ce_source: '/core' };
  const other = { ce_specversion: '1.0', ce_dataschema: id, 'content-type': 'application/json' };
  return {
    name,
    title: name,
    ...(description === undefined ? {} : { summary: description }),
    contentType: 'application/json',
    headers: schemaRef(RECORD_HEADERS),
    payload: schemaRef(`${group.group}/${name}`),
    bindings: keyBinding(group.group),
    examples: [{ headers: { ...headers, ...other }, payload: exampleOf(schema) }],
  };
}

function keyBinding(name: string): object {
  const channel = CHANNELS.find((one) => one.name === name);
  if (!channel) throw new Error(`There is no channel ${name}: add it to channels.ts`);
  const key = { type: 'string', description: channel.key, examples: [channel.keyExample] };
  return { kafka: { key, bindingVersion: KAFKA_BINDING } };
}

function schemaRef(schema: string): object {
  return { schemaFormat: SCHEMA_FORMAT, schema: { $ref: `./events/${schema}.json` } };
}

/** `connect-sends-charger-events` */
export function operationId({ service, action, topic, purpose }: Operation): string {
  return [service, `${action}s`, channelName(topic), purpose].filter(Boolean).join('-');
}

function operationOf({ service, action, topic, summary, group }: Operation): object {
  return {
    action,
    channel: { $ref: `#/channels/${channelName(topic)}` },
    summary,
    tags: [{ name: service }],
    ...(group !== undefined && {
      bindings: { kafka: { groupId: { type: 'string', enum: [group] }, bindingVersion: KAFKA_BINDING } },
    }),
  };
}

function channelName(address: string): string {
  const channel = CHANNELS.find(({ topic }) => topic === address);
  if (!channel) throw new Error(`There is no channel for ${address}: add it to channels.ts`);
  return channel.name;
}
