import type { Scenario } from './scenario';

export const idle: Scenario = {
  name: 'idle',
  summary: 'connect, boot and heartbeat, nothing else',
  run: async () => {},
};
