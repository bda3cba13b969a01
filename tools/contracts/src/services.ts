import { TOPICS } from '@chargestream/contracts';
import { INBOX } from './catalogue';

export const SERVICES = ['connect', 'core', 'api'] as const;
export type Service = (typeof SERVICES)[number];

/** What a service does with a topic. */
export interface Operation {
  service: Service;
  action: 'send' | 'receive';
  topic: string;
  /** In a sentence, why. */
  summary: string;
  /** Consumer group; absent where every process reads a compacted topic whole, and for `send`. */
  group?: string;
  /** Tells two operations of a service on one topic apart. */
  purpose?: string;
}

const send = (service: Service, topic: string, summary: string): Operation => ({
  service,
  action: 'send',
  topic,
  summary,
});
const consume = (service: Service, topic: string, group: string, summary: string, purpose?: string): Operation => ({
  service,
  action: 'receive',
  topic,
  group,
  summary,
  ...(purpose !== undefined && { purpose }),
});
const readTable = (service: Service, topic: string, summary: string): Operation => ({
  service,
  action: 'receive',
  topic,
  summary,
});

/** Everything the services do on the bus. A test compares with what their sources name. */
export const OPERATIONS: readonly Operation[] = [
  send(
    'connect',
    TOPICS.chargerEvents,
    'Puts what chargers report, and outcomes of commands, on record before answering.',
  ),
  send('connect', TOPICS.connections, 'Says who has which connection. The offset is the epoch of the connection.'),
  send('connect', TOPICS.instances, 'Says that this instance is alive.'),
  send('connect', TOPICS.ocppMessages, 'Keeps the raw frames, secrets redacted.'),
  readTable('connect', TOPICS.registry, 'Knows whom to let in, and by what credentials.'),
  readTable('connect', TOPICS.tokens, 'Decides on tokens without asking anybody.'),
  readTable('connect', TOPICS.activeTokens, 'Knows which tokens are charging already.'),
  readTable('connect', TOPICS.connections, 'Closes connections that a newer one has replaced.'),
  readTable('connect', TOPICS.instances, 'Notices when another process has its name.'),
  consume('connect', INBOX, 'connect-{instanceId}', 'Sends commands to its chargers.'),

  consume('core', TOPICS.chargerEvents, 'core', 'Decides what the reports mean and stores the facts.'),
  send('core', TOPICS.chargerEvents, 'Closes the connections that a lost instance left open.'),
  consume('core', TOPICS.intents, 'core-intents', 'Carries out, or refuses, what callers ask for.'),
  consume(
    'core',
    TOPICS.intents,
    'core-secrets',
    'Keeps the secrets of commands in memory until they are handed over: no store holds them.',
    'secrets',
  ),
  consume('core', TOPICS.ocppMessages, 'core-messages', 'Keeps the newest frames of each charger for queries.'),
  send('core', TOPICS.sessionEvents, 'Publishes sessions from the event store, each event once.'),
  send('core', TOPICS.meterValues, 'Publishes samples from the event store, each record once.'),
  send('core', TOPICS.connectorStatus, 'Publishes the status of connectors from the event store.'),
  send('core', TOPICS.registry, 'Tells connect of chargers.'),
  readTable('core', TOPICS.registry, 'Goes on from the entries that are there.'),
  send('core', TOPICS.tokens, 'Tells connect of tokens; a removed one is a tombstone.'),
  send('core', TOPICS.activeTokens, 'Tells connect of the open transactions of each token.'),
  readTable('core', TOPICS.activeTokens, 'Goes on from the entries that are there.'),
  readTable('core', TOPICS.connections, 'Finds the instance that has the connection of a charger.'),
  send('core', TOPICS.connections, 'Closes what a lost instance left open.'),
  readTable('core', TOPICS.instances, 'Knows which instances are alive.'),
  send('core', INBOX, 'Hands a command to the instance that has the connection.'),
  send('core', TOPICS.updates, 'Tells what the read model shows anew, and how intents ended.'),
  send('core', TOPICS.checkpoints, 'Keeps how far each publisher has come, in one transaction with what it published.'),
  readTable('core', TOPICS.checkpoints, 'Goes on where the publisher before it ended.'),
  send('core', TOPICS.deadLetters, 'Parks what could not be handled, and what came after it for the same key.'),
  readTable('core', TOPICS.deadLetters, 'Knows which keys are parked.'),

  send('api', TOPICS.intents, 'Asks core to do what a caller wants.'),
  consume(
    'api',
    TOPICS.updates,
    'api.{instanceId}',
    'Feeds subscriptions, and answers callers who wait for their intents.',
  ),
];
