import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { jarsFolder } from './jars';

const OLDEST_JAVA = 17;

/** The java of JAVA_HOME, or the one on the PATH. */
export function javaCommand(): string {
  return javaHomeCommand('java');
}

/** keytool comes with every Java; it makes the certificates of the TLS listeners. */
export function keytoolCommand(): string {
  return javaHomeCommand('keytool');
}

/**
 * Why no broker can be started here, or null. `own` asks for one of ours even when KAFKA_BROKERS names another: tests that
 * kill brokers need it.
 */
export function kafkaUnavailable({ own = false }: { own?: boolean } = {}): string | null {
  if (!own && process.env.KAFKA_BROKERS) return null;
  const remedy = own ? '' : ', or set KAFKA_BROKERS to brokers that are there';
  const java = spawnSync(javaCommand(), ['-version'], { encoding: 'utf8' });
  if (java.error || java.status !== 0) return `Java is not installed: install Java ${OLDEST_JAVA} or newer${remedy}`;
  const version = Number(/version "(?:1\.)?(\d+)/.exec(java.stderr)?.[1] ?? 0);
  if (version < OLDEST_JAVA) return `Java ${version} is too old: install Java ${OLDEST_JAVA} or newer${remedy}`;
  if (existsSync(jarsFolder())) return null;
  const maven = spawnSync('mvn', ['--version'], { encoding: 'utf8' });
  if (maven.error || maven.status !== 0) return `Maven, which fetches Kafka, is not installed: install it${remedy}`;
  return null;
}

function javaHomeCommand(name: string): string {
  return process.env.JAVA_HOME ? path.join(process.env.JAVA_HOME, 'bin', name) : name;
}
