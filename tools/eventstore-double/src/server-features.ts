import type { sendUnaryData } from '@grpc/grpc-js';
import { SupportedMethod, SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb';

/** The version of EventStoreDB that the double behaves like, in what it does. */
const VERSION = '24.10.0';
const METHODS = ['append', 'read'];

export const serverFeaturesService = {
  getSupportedMethods: (_call: unknown, answer: sendUnaryData<SupportedMethods>) => {
    const supported = new SupportedMethods();
    supported.setEventStoreServerVersion(VERSION);
    for (const name of METHODS) {
      const method = new SupportedMethod();
      method.setServiceName('event_store.client.streams.streams');
      method.setMethodName(name);
      method.setFeaturesList(['position', 'events']);
      supported.addMethods(method);
    }
    answer(null, supported);
  },
};
