import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export const KAFKA_VERSION = '4.1.1';

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>chargestream</groupId>
  <artifactId>kafka-jars</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${KAFKA_VERSION}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
`;

/** Where the jars lie once they have been fetched; it appears complete or not at all. */
export function jarsFolder(): string {
  return path.join(cacheFolder(), `kafka-${KAFKA_VERSION}`);
}

/** Fetches Kafka from Maven Central, once for all checkouts. Callers at the same time, also in other processes, wait. */
export async function fetchJars(progress: (line: string) => void): Promise<string> {
  const jars = jarsFolder();
  if (existsSync(jars)) return jars;
  mkdirSync(cacheFolder(), { recursive: true });
  const unlock = await lock(`${jars}.lock`);
  try {
    if (!existsSync(jars)) await download(jars, progress);
    return jars;
  } finally {
    unlock();
  }
}

async function download(jars: string, progress: (line: string) => void): Promise<void> {
  progress(`Fetching Apache Kafka ${KAFKA_VERSION} from Maven Central (43 MB, once)…`);
  const started = Date.now();
  const folder = mkdtempSync(`${jars}.part-`);
  try {
    writeFileSync(path.join(folder, 'pom.xml'), POM);
    await maven(folder);
    renameSync(path.join(folder, 'jars'), jars);
    progress(`Fetched in ${((Date.now() - started) / 1000).toFixed(1)} s: ${jars}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function maven(folder: string): Promise<void> {
  const goal = ['dependency:copy-dependencies', '-DoutputDirectory=jars', '-DincludeScope=runtime'];
  return new Promise((resolve, reject) => {
    const child = spawn('mvn', ['-B', '-q', ...goal], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', (error) => reject(new Error(`Maven cannot be started: ${error.message}. Install it.`)));
    child.on('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`Maven could not fetch Kafka (exit code ${code}); is Maven Central reachable?\n${output}`));
    });
  });
}

/** A file that names its holder; one whose holder has died is taken over. */
async function lock(file: string): Promise<() => void> {
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (!holderLives(file)) rmSync(file, { force: true });
    await pause(200);
  }
}

function holderLives(file: string): boolean {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    // Written a moment after it is created: an empty file is a holder about to say who it is.
    if (pid > 0) process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function cacheFolder(): string {
  return path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'chargestream');
}
