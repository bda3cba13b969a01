import { brokerStopped } from './broker-stopped';
import { duplicates } from './duplicates';
import type { Fault } from './fault';
import { killServices } from './kill-services';
import { leaderMoved } from './leader-moved';
import { postgresStopped } from './postgres-stopped';
import { slowConsumer } from './slow-consumer';
import { storeStopped } from './store-stopped';

export type { Fault, FaultContext } from './fault';

export const FAULTS: readonly Fault[] = [
  killServices,
  brokerStopped,
  postgresStopped,
  storeStopped,
  leaderMoved,
  slowConsumer,
  duplicates,
];
