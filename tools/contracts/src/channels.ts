import { inboxTopicSpec, TOPIC_SPECS, TOPICS } from '@chargestream/contracts';
import { INBOX } from './catalogue';

/** What is to be known of a topic beyond the types on it. */
export interface Channel {
  /** Name within AsyncAPI; also the group of its schemas. */
  name: string;
  topic: string;
  description: string;
  /** What the key of its records is made of. */
  key: string;
  keyExample: string;
  partitions: number;
  cleanup: 'compact' | 'delete';
  /** Milliseconds; null: the newest record of each key stays for ever. */
  retentionMs: number | null;
  writtenBy: readonly string[];
  readBy: readonly string[];
}

type About = Pick<Channel, 'name' | 'description' | 'writtenBy' | 'readBy'> & { key?: string; keyExample?: string };

const CHARGER_KEY = { key: '`tenant/charger`, each percent-encoded', keyExample: 'default/CP-1' };

const ABOUT: Record<(typeof TOPICS)[keyof typeof TOPICS], About> = {
  [TOPICS.chargerEvents]: {
    name: 'charger-events',
    description:
      'Every domain event from chargers, and outcomes of commands: the inbound truth. May hold an event twice.',
    writtenBy: ['connect', 'core'],
    readBy: ['core'],
  },
  [TOPICS.sessionEvents]: {
    name: 'session-events',
    description:
      'Life of charging sessions after deciding: deduplicated, closed, with totals. For billing and analytics.',
    writtenBy: ['core'],
    readBy: ['others'],
  },
  [TOPICS.meterValues]: {
    name: 'meter-values',
    description: 'Normalised samples of all meters, each message of a charger once. For analytics.',
    writtenBy: ['core'],
    readBy: ['others'],
  },
  [TOPICS.connectorStatus]: {
    name: 'connector-status',
    description: 'Newest status of each connector. For maps and monitoring.',
    key: '`tenant/charger/evse/connector`',
    keyExample: 'default/CP-1/1/1',
    writtenBy: ['core'],
    readBy: ['others'],
  },
  [TOPICS.connections]: {
    name: 'connections',
    description:
      'Newest connection of each charger. The offset of a record that opens one is the epoch of the connection.',
    writtenBy: ['connect', 'core'],
    readBy: ['connect', 'core'],
  },
  [TOPICS.registry]: {
    name: 'registry',
    description: 'What connect must know of each charger.',
    writtenBy: ['core'],
    readBy: ['connect'],
  },
  [TOPICS.tokens]: {
    name: 'tokens',
    description: 'The tokens that may charge. A removed one is a tombstone.',
    key: '`tenant/idToken` in lower case, each percent-encoded',
    keyExample: 'default/04a1b2c3d4e5f6',
    writtenBy: ['core'],
    readBy: ['connect'],
  },
  [TOPICS.activeTokens]: {
    name: 'active-tokens',
    description: 'The open transactions of each token, from the event store. A token without any is a tombstone.',
    key: '`tenant/idToken` in lower case, each percent-encoded',
    keyExample: 'default/04a1b2c3d4e5f6',
    writtenBy: ['core'],
    readBy: ['connect'],
  },
  [TOPICS.intents]: {
    name: 'intents',
    description: 'Commands and administration that callers of the API want.',
    key: '`tenant/charger`, of token intents `tenant/idToken`',
    writtenBy: ['api'],
    readBy: ['core'],
  },
  [TOPICS.ocppMessages]: {
    name: 'ocpp-messages',
    description: 'OCPP frames as they went over the wire, both directions, without secrets.',
    writtenBy: ['connect'],
    readBy: ['core'],
  },
  [TOPICS.updates]: {
    name: 'updates',
    description: 'What changed in the read model, and how intents ended.',
    key: 'id of the entity or intent',
    keyExample: 'CP-1',
    writtenBy: ['core'],
    readBy: ['api'],
  },
  [TOPICS.instances]: {
    name: 'instances',
    description: 'The instances of connect and when each was last alive.',
    key: '`instanceId`',
    keyExample: 'connect-1',
    writtenBy: ['connect'],
    readBy: ['connect', 'core'],
  },
  [TOPICS.checkpoints]: {
    name: 'checkpoints',
    description:
      'How far each publisher has followed the event store, written in one transaction with what it published.',
    key: 'name of the publisher; `terms/` and the name for when its present writer began',
    keyExample: 'session-events',
    writtenBy: ['core'],
    readBy: ['core'],
  },
  [TOPICS.deadLetters]: {
    name: 'dead-letters',
    description: 'Records that could not be handled, and those that came after them for the same key, as they were.',
    key: 'the original key, `#`, and `topic/partition/offset` of the record',
    keyExample: 'default/CP-1#csms.charger-events.v1/3/1842',
    writtenBy: ['core'],
    readBy: ['core'],
  },
};

const INBOX_ABOUT: About = {
  name: 'inbox',
  description: 'Commands for the chargers that are connected to one instance of connect.',
  writtenBy: ['core'],
  readBy: ['connect'],
};

/** All topics, as `EventBus.ensureTopics` creates them. */
export const CHANNELS: readonly Channel[] = [
  ...TOPIC_SPECS.map((spec) => channel(ABOUT[spec.name], spec.name, spec)),
  channel(INBOX_ABOUT, INBOX, inboxTopicSpec('instanceId')),
];

function channel(
  about: About,
  topic: string,
  spec: { partitions: number; cleanup: 'compact' | 'delete'; retentionMs?: number },
): Channel {
  const { partitions, cleanup, retentionMs = null } = spec;
  return { ...CHARGER_KEY, ...about, topic, partitions, cleanup, retentionMs };
}
