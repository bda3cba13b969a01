import { TOPICS } from '@chargestream/contracts';

/** A group of schemas: what one topic carries, or what the event store keeps. Its name is the folder under `schemas/events`. */
export interface SchemaGroup {
  group: string;
  /** Null for what is on no topic; `inbox` stands for the inboxes of all instances. */
  topic: string | null;
  /** Exported type of `libs/contracts` that is the source. */
  root: string;
  /** The property that tells the members of a union apart; absent when `root` is one type. */
  by?: 'type' | 'kind';
  /** Name of a member's schema where it is not the member's tag itself. */
  names?: Readonly<Record<string, string>>;
  /** The value is a list of `root`. */
  listAs?: string;
  /** `ce_type`s of records with this schema, where they are not the schema's own name. */
  ceTypes?: readonly string[];
}

/** The topic of one instance's commands, as AsyncAPI writes addresses with parameters. */
export const INBOX = 'csms.inbox.{instanceId}';

export const SCHEMA_GROUPS: readonly SchemaGroup[] = [
  { group: 'charger-events', topic: TOPICS.chargerEvents, root: 'ChargerEvent', by: 'type' },
  { group: 'session-events', topic: TOPICS.sessionEvents, root: 'SessionEvent', by: 'type' },
  { group: 'meter-values', topic: TOPICS.meterValues, root: 'MeterEvent', by: 'type' },
  { group: 'connector-status', topic: TOPICS.connectorStatus, root: 'ConnectorStatusEvent', by: 'type' },
  { group: 'connections', topic: TOPICS.connections, root: 'ConnectionEntry' },
  {
    group: 'registry',
    topic: TOPICS.registry,
    root: 'RegistryEntry',
    ceTypes: [
      'ChargerRegistered',
      'ChargerUpdated',
      'ChargerCredentialsSet',
      'ChargerRetired',
      'SecurityProfileRaised',
    ],
  },
  { group: 'tokens', topic: TOPICS.tokens, root: 'TokenEntry', ceTypes: ['TokenPut', 'TokenRemoved'] },
  {
    group: 'active-tokens',
    topic: TOPICS.activeTokens,
    root: 'ActiveTokenEntry',
    ceTypes: ['ActiveTransactionsChanged'],
  },
  { group: 'intents', topic: TOPICS.intents, root: 'Intent', by: 'type' },
  { group: 'inbox', topic: INBOX, root: 'InboxCommand' },
  { group: 'ocpp-messages', topic: TOPICS.ocppMessages, root: 'OcppMessageEntry', listAs: 'OcppMessages' },
  {
    group: 'updates',
    topic: TOPICS.updates,
    root: 'Update',
    by: 'kind',
    names: { changed: 'Changed', intent: 'IntentOutcome' },
  },
  { group: 'instances', topic: TOPICS.instances, root: 'InstanceEntry' },
  { group: 'checkpoints', topic: TOPICS.checkpoints, root: 'CheckpointEntry', ceTypes: ['Checkpoint'] },
  { group: 'checkpoints', topic: TOPICS.checkpoints, root: 'TermEntry', ceTypes: ['TermStarted'] },
  { group: 'headers', topic: null, root: 'RecordHeaders' },
  { group: 'headers', topic: null, root: 'DeadLetterHeaders' },
  { group: 'stored', topic: null, root: 'StoredFact', by: 'type' },
  { group: 'stored', topic: null, root: 'StoredMetadata' },
];
