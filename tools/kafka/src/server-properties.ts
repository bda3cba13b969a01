import path from 'node:path';

/** The listener with TLS and SASL, for tests of them. */
export interface SecureListener {
  port: number;
  keystore: { file: string; password: string };
}

export interface NodeSettings {
  id: number;
  folder: string;
  port: number;
  controllerPort: number;
  /** Of every node, this one included. */
  controllers: readonly { id: number; controllerPort: number }[];
  secure: SecureListener | null;
  /** Broker settings that go over ours. */
  properties: Readonly<Record<string, string>>;
}

const OAUTH = 'org.apache.kafka.common.security.oauthbearer';

/** server.properties of one node that is broker and controller in one, as Kafka reads it. */
export function serverProperties(node: NodeSettings): string {
  const replicas = Math.min(3, node.controllers.length);
  const inSync = Math.min(2, replicas);
  const settings: Record<string, string | number> = {
    'process.roles': 'broker,controller',
    'node.id': node.id,
    'controller.quorum.voters': node.controllers.map((peer) => `${peer.id}@127.0.0.1:${peer.controllerPort}`).join(','),
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAIN',
    'log.dirs': path.join(node.folder, 'data'),
    'auto.create.topics.enable': 'false',
    'default.replication.factor': replicas,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': replicas,
    'offsets.topic.num.partitions': 6,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': inSync,
    'transaction.state.log.num.partitions': 6,
    // Tests form groups by the dozen: the usual three seconds of waiting for more members would be most of their time.
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1_000,
    // How long a dead broker keeps its partitions, and itself from coming back after a SIGKILL; Kafka's default is 9 s.
    'broker.session.timeout.ms': 6_000,
    'broker.heartbeat.interval.ms': 1_000,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'log.cleaner.dedupe.buffer.size': 8 * 1024 * 1024,
    ...listeners(node),
    ...node.properties,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

function listeners({ port, controllerPort, secure }: NodeSettings): Record<string, string> {
  const names = { PLAIN: port, ...(secure && { SECURE: secure.port }) };
  const urls = Object.entries(names).map(([name, number]) => `${name}://127.0.0.1:${number}`);
  return {
    listeners: [...urls, `CONTROLLER://127.0.0.1:${controllerPort}`].join(','),
    'advertised.listeners': urls.join(','),
    'listener.security.protocol.map': 'PLAIN:PLAINTEXT,SECURE:SASL_SSL,CONTROLLER:PLAINTEXT',
    ...(secure && secureSettings(secure)),
  };
}

function secureSettings({ keystore }: SecureListener): Record<string, string> {
  const prefix = 'listener.name.secure.';
  return {
    [`${prefix}ssl.keystore.location`]: keystore.file,
    [`${prefix}ssl.keystore.password`]: keystore.password,
    [`${prefix}ssl.keystore.type`]: 'PKCS12',
    [`${prefix}sasl.enabled.mechanisms`]: 'SCRAM-SHA-512,OAUTHBEARER',
    [`${prefix}scram-sha-512.sasl.jaas.config`]: 'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    [`${prefix}oauthbearer.sasl.jaas.config`]: `${OAUTH}.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`,
    // Takes tokens that nobody has signed: good for a test of how clients hand them over, and for nothing else.
    [`${prefix}oauthbearer.sasl.server.callback.handler.class`]: `${OAUTH}.internals.unsecured.OAuthBearerUnsecuredValidatorCallbackHandler`,
  };
}
