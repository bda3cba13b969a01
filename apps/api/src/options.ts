import type { EventBus } from '@chargestream/event-bus';
import type { EventStore } from '@chargestream/event-store';
import type { ReadModel } from '@chargestream/read-model';
import type { Health, Logger, Metrics, Settings } from '@chargestream/service-kit';

/** What api is made of; nothing else is reached. */
export interface ApiOptions {
  bus: EventBus;
  readModel: ReadModel;
  settings: Settings;
  /** For `history`, which is the event log itself; without it history says UNAVAILABLE. */
  store?: EventStore;
  logger?: Logger;
  metrics?: Metrics;
  health?: Health;
  /** Our clock, milliseconds since the epoch. */
  clock?: () => number;
  /** UUIDs of intents. */
  newId?: () => string;
  /** 31-bit positive integers, for the remoteStartId of 2.x. */
  newRemoteStartId?: () => number;
  /** Ids of reservations and charging profiles that are given none: positive, below 2^31. */
  newWireId?: () => number;
  /** How long core may take to answer an intent, milliseconds. */
  intentTimeoutMs?: number;
}

/** Injection tokens of what is handed to `ApiModule.register`. */
export const API_OPTIONS = Symbol('ApiOptions');
