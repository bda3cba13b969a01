import type { Message } from 'kafkajs';

/**
 * The part of kafkajs that the adapter stands on: its encoded requests and its connections. Above this layer kafkajs's own
 * producer and consumer are not used; ADR 0013 says why. Offsets and ids are decimal texts on the wire.
 */
export interface WireBroker {
  nodeId: number;
  metadata(topics: string[]): Promise<WireMetadata>;
  produce(request: {
    topicData: { topic: string; partitions: { partition: number; firstSequence: number; messages: Message[] }[] }[];
    producerId: string;
    producerEpoch: number;
    transactionalId?: string;
    acks: -1;
    timeout: number;
  }): Promise<{ topics: { topicName: string; partitions: { partition: number; baseOffset: string }[] }[] }>;
  fetch(request: {
    isolationLevel: number;
    maxWaitTime: number;
    minBytes: number;
    maxBytes: number;
    topics: { topic: string; partitions: { partition: number; fetchOffset: string; maxBytes: number }[] }[];
  }): Promise<{ responses: { topicName: string; partitions: WireFetched[] }[] }>;
  listOffsets(request: {
    replicaId: -1;
    isolationLevel: number;
    topics: { topic: string; partitions: { partition: number; timestamp: number }[] }[];
  }): Promise<{ responses: { topic: string; partitions: { partition: number; offset: string }[] }[] }>;
  initProducerId(request: {
    transactionalId?: string;
    transactionTimeout: number;
  }): Promise<{ producerId: string; producerEpoch: number }>;
  addPartitionsToTxn(
    request: TransactionIdentity & { topics: { topic: string; partitions: number[] }[] },
  ): Promise<unknown>;
  endTxn(request: TransactionIdentity & { transactionResult: boolean }): Promise<unknown>;
  joinGroup(request: {
    groupId: string;
    sessionTimeout: number;
    rebalanceTimeout: number;
    memberId: string;
    groupProtocols: { name: string; metadata: Buffer }[];
  }): Promise<WireJoined>;
  syncGroup(request: {
    groupId: string;
    generationId: number;
    memberId: string;
    groupAssignment: { memberId: string; memberAssignment: Buffer }[];
  }): Promise<{ memberAssignment: Buffer }>;
  heartbeat(request: { groupId: string; groupGenerationId: number; memberId: string }): Promise<unknown>;
  leaveGroup(request: { groupId: string; memberId: string }): Promise<unknown>;
  offsetCommit(request: {
    groupId: string;
    groupGenerationId: number;
    memberId: string;
    topics: { topic: string; partitions: { partition: number; offset: string }[] }[];
  }): Promise<unknown>;
  offsetFetch(request: {
    groupId: string;
    topics: { topic: string; partitions: { partition: number }[] }[];
  }): Promise<{ responses: { topic: string; partitions: { partition: number; offset: string }[] }[] }>;
  createTopics(request: { topics: WireNewTopic[]; timeout: number }): Promise<unknown>;
  createPartitions(request: { topicPartitions: { topic: string; count: number }[]; timeout: number }): Promise<unknown>;
  describeConfigs(request: { resources: { type: number; name: string }[] }): Promise<{
    resources: { configEntries: { configName: string; configValue: string; configSource: number }[] }[];
  }>;
  alterConfigs(request: {
    resources: { type: number; name: string; configEntries: { name: string; value: string }[] }[];
  }): Promise<unknown>;
}

export interface TransactionIdentity {
  transactionalId: string;
  producerId: string;
  producerEpoch: number;
}

export interface WireMetadata {
  brokers: { nodeId: number }[];
  topicMetadata: { topic: string; partitionMetadata: { partitionId: number; leader: number }[] }[];
}

export interface WireJoined {
  generationId: number;
  leaderId: string;
  memberId: string;
  /** Filled for the leader of the group only. */
  members: { memberId: string; memberMetadata: Buffer }[];
}

export interface WireFetched {
  partition: number;
  highWatermark: string;
  /** Where the oldest transaction begins that has not ended; records from there on are not readable yet. */
  lastStableOffset: string;
  abortedTransactions: { producerId: string; firstOffset: string }[];
  messages: WireMessage[];
}

export interface WireMessage {
  offset: string;
  timestamp: string;
  key: Buffer | null;
  value: Buffer | null;
  headers: Record<string, Buffer | Buffer[] | null | undefined>;
  isControlRecord: boolean;
  batchContext: { firstOffset: string; lastOffsetDelta: number; producerId: string; inTransaction: boolean };
}

export interface WireNewTopic {
  topic: string;
  numPartitions: number;
  replicationFactor: number;
  configEntries: { name: string; value: string }[];
}

/** kafkajs's cluster: its connections to all brokers. */
export interface WireCluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  getNodeIds(): string[];
  addTargetTopic(topic: string): Promise<void>;
  refreshMetadata(): Promise<void>;
  findBroker(node: { nodeId: string | number }): Promise<WireBroker>;
  findControllerBroker(): Promise<WireBroker>;
  findGroupCoordinator(request: { groupId: string; coordinatorType: number }): Promise<WireBroker>;
}

export const COORDINATOR = { group: 0, transaction: 1 } as const;
export const ISOLATION = { readUncommitted: 0, readCommitted: 1 } as const;
/** In place of a timestamp, in requests for offsets. */
export const OFFSET_OF = { latest: -1, earliest: -2 } as const;

/** The protocol's name of an error, `NOT_LEADER_FOR_PARTITION` for instance; '' when it is none of the protocol's. */
export function errorType(error: unknown): string {
  const { type, cause } = error as { type?: unknown; cause?: unknown };
  if (typeof type === 'string') return type;
  return cause && cause !== error ? errorType(cause) : '';
}
