export { startCluster, type Cluster, type ClusterOptions } from './system/cluster';
export { ServiceProcess, type ServiceKind, type ServiceOptions } from './system/service-process';
export { Balancer } from './system/balancer';
export { freePort } from './system/free-port';
export { alwaysCharging } from './load/always-charging';
export { differences, type Differences } from './oracle/differences';
export { queryOf, type Query } from './oracle/query';
export { readSessions, type SeenSession } from './oracle/sessions';
